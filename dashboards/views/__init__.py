"""The pages: one file each, with one function `page`."""
