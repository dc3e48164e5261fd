"""The one HTTP client: proxy, certificates, keep-alive; HTTP/1.1 only.

Over HTTP/2 httpx never tells the server of a canceled stream (encode/httpcore#943), so a
superseded completion would go on costing tokens.
"""

from __future__ import annotations

import ssl
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import TYPE_CHECKING

from glm_ls import __version__
from glm_ls.errors import SettingsError

if TYPE_CHECKING:
    import httpx

    from glm_ls.config.schema import Settings

LOOPBACK = ("all://127.0.0.1", "all://localhost", "all://[::1]")
"""Never reached through a proxy, whatever NO_PROXY says."""

POOL = 16
"""Connections at most; the limiter decides how many are used at once."""

KEEPALIVE_S = 60.0
"""How long an idle connection is kept."""


def open_client(settings: Settings) -> httpx.AsyncClient:
    """Return a client for the settings' network section.

    Time-outs are the caller's, by phase. Raises SettingsError for a CA bundle or proxy that
    cannot be used.
    """
    import httpx

    network = settings.network
    try:
        return httpx.AsyncClient(
            http2=False,
            verify=tls_context(network.ca_bundle),
            proxy=network.proxy or None,
            mounts=dict.fromkeys(LOOPBACK),
            follow_redirects=False,  # a key must not follow a redirect to another host
            timeout=httpx.Timeout(None, connect=network.connect_s),
            limits=httpx.Limits(
                max_connections=POOL,
                max_keepalive_connections=network.keepalive,
                keepalive_expiry=KEEPALIVE_S,
            ),
            headers={"User-Agent": f"glm-ls/{__version__}", "Accept-Encoding": "identity"},
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),  # nobody is followed
        )
    except (ValueError, ImportError, httpx.InvalidURL) as error:
        # The address itself may hold a password.
        where = "network.proxy" if network.proxy else "the environment's proxy"
        why = "it must look like http://host:port"
        if isinstance(error, ImportError):
            why = "SOCKS needs the package socksio"
        raise SettingsError(f"{where} cannot be used: {why}") from None


def tls_context(ca_bundle: str) -> ssl.SSLContext:
    """Return the system's trust store, or the given bundle of certificates.

    Building httpx's own context reads certifi's 240 KB and takes 22-60 ms; this one takes 0.5 ms
    and knows the certificates of the organization.
    """
    if ca_bundle:
        try:
            return ssl.create_default_context(cafile=ca_bundle)
        except (OSError, ssl.SSLError) as error:
            raise SettingsError(
                f"network.ca_bundle {ca_bundle!r} cannot be read: {error}"
            ) from error
    import truststore

    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
