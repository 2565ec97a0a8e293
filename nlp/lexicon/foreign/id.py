"""Indonesian: how it is said that a service is down, or back."""

from __future__ import annotations

from typing import Final

from nlp.lexicon.notation import Table

SAYS: Final[Table] = {
    "outage": """
        lagi|kok|masih|emang|apa|apakah|pada|tiba2|mulai down|error|eror|gangguan|lemot|gabisa|trouble|
            maintenance|rusak|ngelag|ngebug|ga|gak|gk|tumbang
        gangguan|eror|ngelag|lemot|nge-lag
        gak|ga|gk|nggak|ngga|tidak|enggak|tdk|gabisa|gakbisa|ngga|gada bisa|bs|dapat|jalan|nyambung|konek|
            muncul|kebuka|kekirim|masuk|berfungsi|respon|connect|login|dibuka|ada|kuat
        gabisa|gabisaa|gakbisa|gaiso|gabs
        susah|sulit banget? login|masuk|dibuka|konek|akses
        cuma|cuman|hanya|apa|apakah aku|gue|gw|saya|gua|di doang|aja|saja|yang|yg
        ada yang|yg? _? sama|gangguan|error|gabisa|ngalamin|down|juga|tidak
        server _? _? down|penuh|error|sibuk|mati|tumbang
        mati lampu|listrik|total|internet|terus
        internet|sinyal|listrik|jaringan|koneksi|wifi mati|hilang|lemot|putus|down|padam|jelek|ilang
        down kah|ya|gak|nih|gaes|ga|lagi|bukan|dah
        kenapa|knp sih? SVC
        loading terus|mulu
        keluar|logout sendiri
    """,
    "recovery": """
        udah|sudah|udh|akhirnya|dah|sdh|alhamdulillah _? bisa|normal|balik|pulih|lancar|jalan|up|nyala|
            bener|kembali
        kembali|balik normal|lagi|pulih|lancar
        pulih|normal kembali|lagi
        bisa lagi
    """,
    "relay": """
        pengguna|pelanggan melaporkan|mengeluhkan|mengeluh|terdampak
        ribuan|jutaan pengguna|orang
        gangguan|pemadaman global|massal|nasional
        gangguan di seluruh
        sedang menyelidiki|kami|menangani
    """,
    "complaint": """
        jelek|parah|kecewa|refund|mahal|sampah|penipu|buruk|payah
    """,
}
NOT: Final = """
    kalau|kalo|jika|seandainya|andai|klo SVC|lagi|server|sampai? down|error|eror|mati|gangguan|gak|tumbang|
        sampai _?
    kemarin|kemaren|tadi|dulu
    saham|harga
    tidak|gak|ga|nggak|tanpa ada? gangguan|masalah|kendala|down|error|pernah
    lancar jaya|aja|banget|terus|saja
"""
