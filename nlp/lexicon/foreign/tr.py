"""Turkish: how it is said that a service is down, or back."""

from __future__ import annotations

from typing import Final

from nlp.lexicon.notation import Table

SAYS: Final[Table] = {
    "outage": """
        çöktü|coktu|çökmüş|cokmus|çöktümü|çökme|çöküyor
        çalışmıyor|calismiyor|açılmıyor|acilmiyor|yüklenmiyor|yuklenmiyor|girilmiyor|bağlanmıyor|
            baglanmiyor|gitmiyor|gelmiyor|yanıt|cevap|oynatmıyor|açmıyor|acmiyor|girmiyor|göndermiyor|
            atmıyor|çekmiyor|cekmiyor|olmuyor|calısmıyor|atıyor
        giremiyorum|giremiyoruz|açamıyorum|acamiyorum|bağlanamıyorum|baglanamiyorum|gönderemiyorum|
            gonderemiyorum|izleyemiyorum|dinleyemiyorum|kullanamıyorum|oynayamıyorum|atamıyorum|yükleyemiyorum
        giriş|giris yapamıyorum|yapılamıyor|yapamiyorum|olmuyor|hatası
        sorun|sıkıntı|problem|hata|arıza|kesinti|ariza mı|mi|var|yaşıyorum|yaşayan|veriyor|oluştu|alıyorum
        hata veriyor|alıyorum|kodu
        kesinti|kesintisi|arıza|ariza
        gitti|kesildi|kesik|yok mi|mı|yine|internet|elektrik|gene
        internet|elektrik|sinyal|bağlantı|şebeke|elektrikler yok|gitti|kesildi|kesik|kesik
        bir|sadece|tek ben|bende|benim mi|de|mi
        donuyor|dondu|donmuş|kasıyor|takılıyor
        bozuldu|bozuk
        kapandı|patladı|patlamış
    """,
    "recovery": """
        düzeldi|duzeldi|düzelmiş|geldi|açıldı|acildi|çözüldü|cozuldu|giderildi
        tekrar|yeniden|şimdi|artık|nihayet|simdi çalışıyor|calisiyor|açıldı|aktif|açılıyor|geldi|çalışmaya
        geri geldi
    """,
    "relay": """
        kullanıcılar|kullanıcı|milyonlarca|binlerce erişim|kullanıcı|bildirdi|erişemiyor|kişi
        kullanıcılar _? _? _? erişemiyor|giremiyor|şikayetçi
        dünya|küresel genelinde|çapında|çöküş
        erişim sorunu yaşandı|yaşanıyor
        açıklama|açıkladı|duyurdu
    """,
    "complaint": """
        rezalet|berbat|saçmalık|iade|iptal|pahalı|kötü|çöp|dolandırıcı
    """,
}
NOT: Final = """
    çökerse|cokerse|çökse|giderse|kapanırsa|bozulursa
    dün|geçen
    hisse|hisseleri|borsa
    sorun|sıkıntı|problem yok|yaşamadım|yaşamıyorum
    sorunsuz
    çökmedi|cokmedi|çökmez
"""
