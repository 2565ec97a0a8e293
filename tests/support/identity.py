"""A small OpenID Connect provider on loopback: whoever comes is `mail`, without being asked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from time import time
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey


class Provider(ThreadingHTTPServer):
    """The provider; `mail` is who signs in next."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.key = RSAKey.generate_key(2048, {"kid": "k1", "use": "sig", "alg": "RS256"})
        self.mail = "ana@example.com"
        self.verified = True
        self.nonces: dict[str, str] = {}

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def claims(self, code: str) -> dict[str, Any]:
        now = int(time())
        return {
            "iss": self.address,
            "sub": self.mail,
            "aud": "downchatter",
            "iat": now,
            "exp": now + 600,
            "nonce": self.nonces[code],
            "email": self.mail,
            "email_verified": self.verified,
        }


class _Answer(BaseHTTPRequestHandler):
    server: Provider

    def do_GET(self) -> None:
        told = urlsplit(self.path)
        if told.path == "/.well-known/openid-configuration":
            base = self.server.address
            self._json(
                {
                    "issuer": base,
                    "authorization_endpoint": f"{base}/authorize",
                    "token_endpoint": f"{base}/token",
                    "jwks_uri": f"{base}/keys",
                    "response_types_supported": ["code"],
                    "subject_types_supported": ["public"],
                    "id_token_signing_alg_values_supported": ["RS256"],
                }
            )
        elif told.path == "/keys":
            self._json({"keys": [self.server.key.as_dict(private=False)]})
        else:
            asked = {name: values[0] for name, values in parse_qs(told.query).items()}
            code = f"code{len(self.server.nonces)}"
            self.server.nonces[code] = asked.get("nonce", "")
            back = urlencode({"code": code, "state": asked["state"]})
            self.send_response(302)
            self.send_header("Location", f"{asked['redirect_uri']}?{back}")
            self.end_headers()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        code = parse_qs(body)["code"][0]
        token = jwt.encode({"alg": "RS256", "kid": "k1"}, self.server.claims(code), self.server.key)
        self._json({"access_token": "a", "token_type": "Bearer", "expires_in": 600, "id_token": token})

    def _json(self, told: Any) -> None:
        body = json.dumps(told).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        return


@contextmanager
def provider() -> Iterator[Provider]:
    """The provider, listening."""
    with Provider() as made:
        Thread(target=made.serve_forever, daemon=True).start()
        yield made
        made.shutdown()
