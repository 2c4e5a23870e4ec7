"""Labels of European languages beside an address, in English, and the quotation marks of their values. Pure.

Languages of other scripts are in address_end.py: they may put no space between words. Linear in the length of the text.
What a label is followed by is a secret.
"""

from __future__ import annotations

import re

from fmsdiag.stream_path import looks_like_key

_OF_STREAM = r"(?:d[euio]|del(?:la|l['’])?|dello|da|du|do|des)[ \t](?:la[ \t]|votre[ \t])?"
_STREAMS = (
    r"(?:flux|stream(?:ing)?|diffusion|transmisi[oó]n|emisi[oó]n|retransmisi[oó]n|directo|trasmissione|diretta"
    r"|transmiss[aã]o|strumienia|transmisji)"
)
_KEYS = (
    rf"stream(?:ing)?[ \t_-]?schl(?:ü|ue)ssel|schl(?:ü|ue)ssel|(?:streaming|stream)?sleutel|clave[ \t]{_OF_STREAM}{_STREAMS}"
    rf"|(?:cl[ée]|chiave|chave)(?:[ \t]{_OF_STREAM}{_STREAMS})?|(?:klucz|nazwa)[ \t]{_STREAMS}|klucz|nom[ \t]du[ \t]flux"
    r"|nome[ \t](?:d[eo]l?[ \t])?(?:flusso|stream|transmiss(?:ã|a)o)"
    r"|nombre[ \t](?:del?[ \t])?(?:stream|flujo|transmisi(?:ó|o)n)"
    r"|(?:yay(?:ı|i)n[ \t]|ak(?:ı|i)(?:ş|s)[ \t])?anahtar(?:ı|i)|str(?:ö|o)mnyckel|stream(?:n(?:ø|o)gle|n(?:ø|o)kkel|kulcs)"
    r"|str(?:ø|o)mn(?:ø|o)kkel|suoratoistoavain|kl(?:í|i)(?:č|c)[ \t]streamu|cheie(?:[ \t]de)?[ \t]stream(?:ing)?"
    r"|kunci[ \t]stream(?:ing)?|kh(?:ó|o)a[ \t](?:lu(?:ồ|o)ng|ph(?:á|a)t)(?:[ \t]tr(?:ự|u)c[ \t]ti(?:ế|e)p)?"
)
_PASSWORDS = (
    r"passwort|kennwort|mot[ \t]de[ \t]passe|mdp|contrase(?:ñ|n)a|senha|palavra-passe|wachtwoord|has(?:ł|l)o"
    r"|l(?:ö|o)senord|adgangskode|passord|salasana|(?:ş|s)ifre|parola|parol(?:ă|a)|heslo|jelsz(?:ó|o)|lozinka"
    r"|m(?:ậ|a)t[ \t]kh(?:ẩ|a)u|kata[ \t]sandi"
)
_USERS = (
    r"(?:be)?nutzer(?:name|kennung)?|anwendername|(?:nom[ \t]d['’])?utilisateur|identifiant|(?:nombre[ \t]de[ \t])?usuario"
    r"|(?:nome[ \t])?utente|(?:nome[ \t]de[ \t])?(?:usu[áa]rio|utilizador)|gebruiker(?:snaam)?"
    r"|(?:nazwa[ \t])?u(?:ż|z)ytkownik(?:a)?|konto(?:name)?|compte|cuenta|conta|anv(?:ä|a)ndarnamn|brugernavn|brukernavn"
    r"|k(?:ä|a)ytt(?:ä|a)j(?:ä|a)tunnus|kullan(?:ı|i)c(?:ı|i)(?:[ \t]ad(?:ı|i))?|u(?:ž|z)ivatelsk(?:é|e)[ \t]jm(?:é|e)no"
    r"|felhaszn(?:á|a)l(?:ó|o)n(?:é|e)v|(?:nume[ \t])?utilizator|korisni(?:č|c)ko[ \t]ime"
    r"|t(?:ê|e)n[ \t](?:đ|d)(?:ă|a)ng[ \t]nh(?:ậ|a)p|nama[ \t]pengguna"
)
_APPLICATIONS = (
    r"anwendung(?:s[ \t-]?name)?|applikation(?:s[ \t-]?(?:name|namn))?|(?:nombre[ \t]de[ \t](?:la[ \t])?)?aplicaci[óo]n"
    r"|(?:nome[ \t](?:dell['’])?)?applicazione|(?:nome[ \t]d[ao][ \t])?aplica(?:çã|ca)o|toepassing(?:snaam)?"
    r"|applicatie(?:naam)?"
    r"|(?:nazwa[ \t])?aplikacj[ai]|nom[ \t]d[e'’](?:[ \t]?l['’])?[ \t]?application"
    r"|point[ \t]de[ \t](?:publication|diffusion)|punto[ \t]de[ \t]publicaci[óo]n|punto[ \t]di[ \t]pubblicazione"
    r"|ponto[ \t]de[ \t]publica(?:çã|ca)o|punkt[ \t]publikowania|ver[öo]ffentlichungspunkt"
)
_PORTS = (
    r"(?:n(?:ú|u)mero[ \t]d[eo][ \t])?(?:puerto|porta)|num(?:é|e)ro[ \t]de[ \t]port|portnummer|anschluss|poort(?:nummer)?"
    r"|numer[ \t]portu|portti(?:numero)?|port[ \t]numaras(?:ı|i)|ba(?:ğ|g)lant(?:ı|i)[ \t]noktas(?:ı|i)"
    r"|(?:č|c)(?:í|i)slo[ \t]portu|portsz(?:á|a)m|num(?:ă|a)r(?:ul)?[ \t]de[ \t]port|c(?:ổ|o)ng"
)
_PATHS = (
    r"(?:rtmp[ \t_-]|url[ \t_-]|stream[ \t_-]|server[ \t_-]?)?(?:path|pfad)|chemin|ruta|percorso|caminho"
    r"|(?:ś|s)cie(?:ż|z)ka"
)
_PATH = re.compile(
    r"(?!/?(?:bin|dev|etc|home|media|mnt|opt|root|srv|tmp|usr|var|users|volumes)/)"
    r"/?[\w-]{1,64}(?:/[\w.:-]{1,128}){0,4}/?(?=\s|\Z)"
)
"""Of a URL, and not of a file: behind its label alone on its line."""
_OWNER = (
    r"(?:mein|meine|dein|ihr|der|die|das|und|mon|ma|votre|le|la|et|mi|su|el|mio|mia|il|lo|meu|minha|sua|seu|o|a|e|y|mijn|de|het"
    r"|en|i)"
)
_LABELED = re.compile(
    rf"""(?xi)
    (?<![\w?&/=.:@-]) (?:{_OWNER}[ \t]{{1,4}}){{0,3}} (?:rtmp[ \t_-])?
    (?: (?P<key>{_KEYS}) | (?P<password>{_PASSWORDS}) | (?P<user>{_USERS}) | (?P<app>{_APPLICATIONS}) | (?P<port>{_PORTS})
      | (?P<path>{_PATHS}) )
    ["'”»]? (?: (?P<colon>[ \t]{{0,4}}(?:(?:lautet|ist|est|es|è|é|is|jest|to)[ \t]?)?[:=]>?)
    | [ \t]{{1,4}}(?:lautet|ist|est|es|è|é|is|jest|to)(?=[ \t]) )
    [ \t]{{0,4}}
    """
)
_SERVER = re.compile(
    r"""(?xim)
    ^[ \t]{0,16} (?: (?:adresse|direcci[óo]n|indirizzo|endere[çc]o|adres) (?:[ \t]d[ueo]l?)?
        (?:[ \t](?:serveur|servidor|server|serwera))?
    | serveur | servidor | serwer | server-?adresse ) (?:[ \t]rtmp)? [ \t]{0,4} [:=] [ \t]{0,4} (?=[A-Za-z0-9])
    """
)
_CLAVE = re.compile(
    r"(?im)^[ \t>*•-]{0,8}(?:(?:la|mi|tu|su|una|vuestra)[ \t]{1,4})?clave\**[ \t]{0,4}[:=]\**[ \t]{0,4}(?=\S)"
)
"""In Spanish a key, or a password: the latter beside a user's name, unless that has a password of its own."""
_WITH_USER = re.compile(r"(?i)(?<!\w)(?:usuari[oa]|user)(?!\w)")
_OTHER_PASSWORD = re.compile(r"(?i)contrase(?:ñ|n)a|password")
_LATIN = {
    "key": "stream key",
    "password": "password",
    "user": "user",
    "app": "app",
    "port": "port",
    "path": "url path",
}
_QUOTED_VALUE = re.compile(
    r"(?<=[:=])([ \t]{0,4})(?:‚[ ]?([^‚‘’\n\"]{1,256}?)[ ]?[‘’]|„[ ]?([^„“”\n\"]{1,256}?)[ ]?[“”]|«[ ]?([^«»\n\"]{1,256}?)[ ]?»"
    r"|‹[ ]?([^‹›\n\"]{1,256}?)[ ]?›|‘[ ]?([^‘’\n\"]{1,256}?)[ ]?’|`([^`\n\"]{1,256})`)"
)
_QUOTATION = "\"'‚‘„“«‹`"


def in_english(text: str) -> str:
    """`text` with the labels that it has in other European languages in English, and their values in plain quotes.

    Without a colon, as in "der Schlüssel lautet …", only what is quoted or looks like a key is a value.
    """
    text = _SERVER.sub("Server: ", text)
    if _CLAVE.search(text):
        is_password = _WITH_USER.search(text) is not None and not _OTHER_PASSWORD.search(text)
        text = _CLAVE.sub("password: " if is_password else "stream key: ", text)
    text = _LABELED.sub(_labeled, text)
    return _QUOTED_VALUE.sub(_in_plain_quotes, text)


def _labeled(match: re.Match[str]) -> str:
    kind = next(kind for kind in _LATIN if match[kind])
    word = match.string[match.end() : match.end() + 300].lstrip("\r\n \t").partition("\n")[0]
    if kind == "path" and (match["colon"] is None or not _PATH.fullmatch(word.strip("\"' \r"))):
        return match[0]
    if match["colon"] is None:
        is_value = word[:1] in _QUOTATION or (kind in ("key", "password") and looks_like_key(word.split()[0]))
        if not word or not is_value:
            return match[0]
    if "://" in (word.split() or [""])[0]:
        return match[0]
    return f"{_LATIN[kind]}: "


def _in_plain_quotes(match: re.Match[str]) -> str:
    value = next(filter(None, match.groups()[1:]), "")
    return match[0] if "://" in value else f'{match[1]}"{value}"'
