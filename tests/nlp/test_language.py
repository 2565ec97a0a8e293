"""Twenty hand-written posts a language, and how languages are told."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

import pytest

from ingest.records import Mention, Post
from nlp.language import LANGUAGES, Foreign, language_of

NOW = datetime(2026, 1, 1, tzinfo=UTC)

POSTS: dict[str, list[tuple[str, str]]] = {
    "es": [
        ("outage", "se cayó Spotify"),
        ("outage", "Spotify no funciona"),
        ("outage", "¿a alguien más no le carga Spotify?"),
        ("outage", "Spotify está caído otra vez"),
        ("outage", "no puedo entrar a Spotify desde esta mañana"),
        ("outage", "no me deja iniciar sesión en Spotify"),
        ("outage", "alguien con problemas en Spotify?"),
        ("outage", "Spotify dejó de funcionar en mi celular"),
        ("outage", "me sale un error al abrir Spotify"),
        ("outage", "qué pasa con Spotify, no abre"),
        ("outage", "estamos sin internet desde las ocho"),
        ("recovery", "ya volvió Spotify"),
        ("recovery", "Spotify ya funciona, gracias"),
        ("recovery", "por fin se arregló Spotify"),
        ("relay", "Caída mundial de Spotify: miles de usuarios afectados"),
        ("relay", "usuarios reportan fallas en Spotify"),
        ("complaint", "pésimo servicio de Spotify, me cobraron dos veces"),
        ("other", "si se cae Spotify me muero"),
        ("other", "ayer se cayó Spotify"),
        ("other", "me encanta la música de Spotify"),
    ],
    "pt": [
        ("outage", "Spotify caiu"),
        ("outage", "o Spotify não está funcionando"),
        ("outage", "alguém mais sem Spotify?"),
        ("outage", "não consigo entrar no Spotify"),
        ("outage", "Spotify fora do ar"),
        ("outage", "o Spotify parou de funcionar do nada"),
        ("outage", "só eu que tô sem conseguir abrir o Spotify?"),
        ("outage", "Spotify não abre no meu celular"),
        ("outage", "o Spotify tá fora do ar de novo"),
        ("outage", "erro no login do Spotify"),
        ("outage", "estamos sem internet aqui"),
        ("recovery", "voltou o Spotify"),
        ("recovery", "Spotify normalizado agora"),
        ("recovery", "já está funcionando de novo o Spotify"),
        ("relay", "usuários relatam instabilidade no Spotify"),
        ("relay", "queda global do Spotify afeta milhões"),
        ("complaint", "Spotify é um lixo, cobrança errada"),
        ("other", "se o Spotify cair eu choro"),
        ("other", "ontem o Spotify caiu"),
        ("other", "adoro ouvir música no Spotify"),
    ],
    "fr": [
        ("outage", "Spotify est en panne"),
        ("outage", "Spotify ne marche pas"),
        ("outage", "Spotify marche plus depuis ce matin"),
        ("outage", "je n'arrive pas à me connecter à Spotify"),
        ("outage", "impossible d'accéder à Spotify"),
        ("outage", "Spotify est down ?"),
        ("outage", "c'est moi ou Spotify est planté"),
        ("outage", "une panne chez Spotify ?"),
        ("outage", "Spotify ne répond plus"),
        ("outage", "les serveurs Spotify sont hs"),
        ("outage", "plus de connexion Spotify depuis une heure"),
        ("recovery", "Spotify est de retour"),
        ("recovery", "ça remarche Spotify"),
        ("recovery", "Spotify fonctionne à nouveau"),
        ("relay", "Panne géante de Spotify en Europe"),
        ("relay", "les utilisateurs signalent une panne de Spotify"),
        ("complaint", "Spotify c'est une arnaque, je demande un remboursement"),
        ("other", "si Spotify tombe en panne je pleure"),
        ("other", "hier Spotify était en panne"),
        ("other", "j'adore cette chanson sur Spotify"),
    ],
    "de": [
        ("outage", "Spotify geht nicht"),
        ("outage", "Spotify funktioniert nicht mehr"),
        ("outage", "ist Spotify down?"),
        ("outage", "Spotify ist schon wieder gestört"),
        ("outage", "kann mich bei Spotify nicht einloggen"),
        ("outage", "ich kann Spotify nicht öffnen"),
        ("outage", "Störung bei Spotify?"),
        ("outage", "Spotify lädt bei mir nicht"),
        ("outage", "nichts geht mehr bei Spotify"),
        ("outage", "kein Internet seit heute früh"),
        ("outage", "habt ihr auch Probleme mit Spotify?"),
        ("recovery", "Spotify geht wieder"),
        ("recovery", "Spotify läuft jetzt wieder"),
        ("recovery", "Störung behoben, Spotify ist wieder da"),
        ("relay", "Weltweite Störung bei Spotify: Tausende Nutzer betroffen"),
        ("relay", "Nutzer melden Probleme mit Spotify"),
        ("complaint", "Spotify ist eine Frechheit, ich kündige"),
        ("other", "wenn Spotify down ist, höre ich Radio"),
        ("other", "gestern war Spotify kurz weg"),
        ("other", "ich höre gerade Spotify im Zug"),
    ],
    "it": [
        ("outage", "Spotify non funziona"),
        ("outage", "non riesco ad accedere a Spotify"),
        ("outage", "Spotify è down?"),
        ("outage", "problemi con Spotify?"),
        ("outage", "Spotify non si apre"),
        ("outage", "anche a voi Spotify non va?"),
        ("outage", "Spotify è giù da stamattina"),
        ("outage", "disservizio Spotify?"),
        ("outage", "non posso entrare in Spotify"),
        ("outage", "siamo senza connessione da ieri sera a Milano con Spotify"),
        ("outage", "Spotify mi dà errore, ha smesso di funzionare"),
        ("recovery", "Spotify è tornato"),
        ("recovery", "Spotify funziona di nuovo"),
        ("recovery", "problema risolto, Spotify va"),
        ("relay", "Spotify down in tutta Europa"),
        ("relay", "utenti segnalano problemi con Spotify"),
        ("complaint", "Spotify è una vergogna, voglio il rimborso"),
        ("other", "se Spotify va giù impazzisco"),
        ("other", "ieri Spotify era down"),
        ("other", "ascolto sempre Spotify in macchina"),
    ],
    "nl": [
        ("outage", "Spotify werkt niet"),
        ("outage", "Spotify ligt eruit"),
        ("outage", "Spotify doet het niet meer"),
        ("outage", "ik kan niet inloggen op Spotify"),
        ("outage", "storing bij mijn Spotify?"),
        ("outage", "is Spotify weer down?"),
        ("outage", "heeft iemand anders ook problemen met Spotify?"),
        ("outage", "Spotify laadt niet"),
        ("outage", "geen verbinding met Spotify"),
        ("outage", "ben ik de enige zonder Spotify?"),
        ("outage", "Spotify ligt plat"),
        ("recovery", "Spotify doet het weer"),
        ("recovery", "Spotify is weer online"),
        ("recovery", "storing opgelost, fijn"),
        ("relay", "Wereldwijde storing bij Spotify"),
        ("relay", "gebruikers melden problemen met Spotify"),
        ("complaint", "Spotify is waardeloos, ik wil opzeggen"),
        ("other", "als Spotify ooit uitvalt ga ik zingen"),
        ("other", "gisteren lag Spotify eruit"),
        ("other", "lekker luisteren naar Spotify"),
    ],
    "ja": [
        ("outage", "Spotify落ちてる"),
        ("outage", "Spotify落ちた？"),
        ("outage", "Spotifyが開かない"),
        ("outage", "Spotifyにログインできない"),
        ("outage", "Spotify繋がらないんだけど"),
        ("outage", "Spotify障害？"),
        ("outage", "Spotify動かない"),
        ("outage", "Spotifyのサーバー死んでる"),
        ("outage", "Spotifyエラーばっかり"),
        ("outage", "Spotify再生できないの私だけ？"),
        ("outage", "Spotify使えないんだが"),
        ("recovery", "Spotify復旧した"),
        ("recovery", "Spotify直った！"),
        ("recovery", "Spotify復活"),
        ("relay", "Spotifyで大規模な障害が発生"),
        ("relay", "Spotifyの障害、原因は設定ミスと発表"),
        ("complaint", "Spotify高すぎ、解約する"),
        ("other", "もしSpotifyが落ちたら困る"),
        ("other", "昨日Spotify落ちてたね"),
        ("other", "Spotifyで音楽を聴いてる"),
    ],
    "ko": [
        ("outage", "Spotify 안돼"),
        ("outage", "Spotify 터졌나?"),
        ("outage", "Spotify 접속이 안 되네"),
        ("outage", "Spotify 서버 다운"),
        ("outage", "Spotify 먹통"),
        ("outage", "Spotify 나만 안됨?"),
        ("outage", "Spotify 로그인이 안돼요"),
        ("outage", "Spotify 오류 뜨는데"),
        ("outage", "Spotify 장애인가"),
        ("outage", "Spotify가 안 열려요"),
        ("outage", "Spotify 렉 너무 심해"),
        ("recovery", "Spotify 복구됐다"),
        ("recovery", "Spotify 이제 된다"),
        ("recovery", "Spotify 다시 돼요"),
        ("relay", "Spotify 전 세계 장애 발생"),
        ("relay", "Spotify 장애로 이용자들 불편"),
        ("complaint", "Spotify 최악이다 환불해줘"),
        ("other", "만약 Spotify 터지면 어떡해"),
        ("other", "어제 Spotify 터졌었어"),
        ("other", "Spotify로 노래 듣는 중"),
    ],
    "tr": [
        ("outage", "Spotify çöktü"),
        ("outage", "Spotify çalışmıyor"),
        ("outage", "Spotify çöktü mü?"),
        ("outage", "Spotify'a giremiyorum"),
        ("outage", "Spotify açılmıyor kaç saattir"),
        ("outage", "Spotify'da sorun var mı?"),
        ("outage", "Spotify hata veriyor"),
        ("outage", "bir tek bende mi Spotify yok"),
        ("outage", "Spotify'a bağlanamıyorum"),
        ("outage", "internet yok sabahtan beri"),
        ("outage", "Spotify giriş yapamıyorum"),
        ("recovery", "Spotify düzeldi"),
        ("recovery", "Spotify geri geldi"),
        ("recovery", "Spotify tekrar çalışıyor"),
        ("relay", "Dünya genelinde Spotify erişim sorunu yaşandı"),
        ("relay", "kullanıcılar Spotify'a erişemiyor"),
        ("complaint", "Spotify rezalet, para iade etmiyor"),
        ("other", "Spotify çökerse ne yaparız"),
        ("other", "dün Spotify çöktü"),
        ("other", "Spotify dinleyerek çalışıyorum derste"),
    ],
    "id": [
        ("outage", "Spotify lagi down ya?"),
        ("outage", "Spotify error mulu nih, lagi error"),
        ("outage", "Spotify gak bisa dibuka"),
        ("outage", "gabisa login Spotify"),
        ("outage", "Spotify gangguan?"),
        ("outage", "ada yang sama gak, Spotify ga bisa masuk"),
        ("outage", "cuma aku doang yang Spotify-nya mati?"),
        ("outage", "server Spotify down"),
        ("outage", "Spotify lemot banget dari pagi"),
        ("outage", "kenapa Spotify loading terus"),
        ("outage", "mati listrik di sini"),
        ("recovery", "Spotify udah bisa lagi"),
        ("recovery", "Spotify sudah normal"),
        ("recovery", "akhirnya Spotify balik normal"),
        ("relay", "ribuan pengguna Spotify melaporkan gangguan"),
        ("relay", "gangguan global Spotify hari ini"),
        ("complaint", "Spotify mahal dan jelek, kecewa"),
        ("other", "kalau Spotify down aku nangis"),
        ("other", "kemarin Spotify sempat gangguan"),
        ("other", "dengerin Spotify sambil kerja"),
    ],
}


@cache
def foreign() -> Foreign:
    return Foreign()


def mention_in(text: str) -> Mention | None:
    at = text.find("Spotify")
    return Mention("Spotify", at, at + 7) if at >= 0 else None


def test_there_are_twenty_a_language() -> None:
    assert set(POSTS) == set(LANGUAGES)
    assert all(len(set(posts)) == 20 for posts in POSTS.values())


@pytest.mark.parametrize(
    ("language", "kind", "text"), [(lang, *post) for lang, posts in POSTS.items() for post in posts]
)
def test_kind(language: str, kind: str, text: str) -> None:
    reading = foreign().read(text, mention_in(text), language)
    assert reading is not None
    assert reading.kind == kind, reading


@pytest.mark.parametrize(("language", "text"), [(lang, text) for lang, posts in POSTS.items() for kind, text in posts])
def test_a_given_language_is_taken(language: str, text: str) -> None:
    assert language_of(Post("t:1", "t", "a", text, NOW, NOW, lang=f"{language}-XX")) == language


def test_most_languages_are_told_without_help() -> None:
    posts = [(lang, text) for lang, rows in POSTS.items() for _, text in rows]
    told = [(lang, language_of(Post("t:1", "t", "a", text, NOW, NOW))) for lang, text in posts]
    wrong = [pair for pair in told if pair[1] not in {"", pair[0]}]
    assert len(wrong) <= len(posts) // 20
    assert sum(lang == found for lang, found in told) >= len(posts) * 0.7


@pytest.mark.parametrize(
    "text",
    [
        "is Spotify down for anyone else?",
        "Spotify is not working for me again",
        "why can't I log in to my account",
        "the app keeps crashing on my phone",
    ],
)
def test_english_is_english(text: str) -> None:
    assert language_of(Post("t:1", "t", "a", text, NOW, NOW)) == "en"
    assert foreign().read(text, mention_in(text), "") is None


def test_a_wrong_en_is_not_believed() -> None:
    assert language_of(Post("t:1", "t", "a", "não consigo entrar no aplicativo", NOW, NOW, lang="en")) == "pt"


def test_the_words_are_named() -> None:
    reading = foreign().read("Spotifyにログインできない", Mention("Spotify", 0, 7), "ja")
    assert reading is not None
    assert reading.words == "ログインできない"


@pytest.mark.parametrize(
    "text", ["Facebook Down?", "Internal Server Error!", "server down", "offline ?", "login error"]
)
def test_shared_words_tell_no_language(text: str) -> None:
    assert foreign().read(text, None, "") is None
