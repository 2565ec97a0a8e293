"""Spanish: how it is said that a service is down, or back."""

from __future__ import annotations

from typing import Final

from nlp.lexicon.notation import Table

SAYS: Final[Table] = {
    "outage": """
        no me|nos|les|le? funciona|funcionan|carga|cargan|abre|abren|anda|andan|sirve|va|entra|conecta|deja|
            responde|jala|reproduce|envía|envia|manda
        se cayó|cayo|cayeron|colgó|colgo|trabó|trabo
        está|esta|están|estan|anda|sigue|siguen|estará todo? caído|caido|caída|caida|caídos|caidos|caídas|
            caidas|colgado|muerto|fallando|roto
        caído|caido|caída|caida otra|de|again|en|desde|para|hoy|QM
        no puedo|podemos|consigo|logro|deja|dejan|permite _? entrar|acceder|iniciar|conectarme|conectar|
            ingresar|enviar|mandar|abrir|jugar|ver|usar|cargar|loguearme|subir|descargar
        no hay|tengo|tenemos servicio|internet|luz|señal|conexión|conexion|sistema
        problemas|problema|fallo|fallas|falla|error|errores|caída|caida con|de|en|para el|la|los? SVC|
            servidor|servidores|servicio|conexión|app|inicio
        dejó|dejo de funcionar|cargar|andar|responder
        a alguien|alguno|ustedes|vosotros más|mas|también? _? no|le|les|se
        a alguien más|mas|también le|se
        soy el|la único|unico|única|unica
        sin servicio|conexión|conexion|internet|luz|señal|sistema
        me|nos sale|da|aparece|salta|tira error|un|que
        qué|que pasa|pasó|paso|onda con|a
        servidores? caídos|caidos|servidor
    """,
    "recovery": """
        ya _? volvió|volvio|funciona|funcionan|regresó|regreso|sirve|anda|carga|quedó|está|esta|entra|puedo
        ya _? funciona|anda|sirve|volvió
        volvió|volvio|regresó|regreso a|el|la|ya|SVC|!|.
        vuelve|vuelven|volvió|volvio a funcionar|cargar|andar
        se arregló|arreglo|restableció|restablecio|solucionó|soluciono
        arreglado|solucionado|restablecido|resuelto
        de vuelta|nuevo online|funciona|funcionando|en|ya
        otra vez funciona|funcionando
    """,
    "relay": """
        usuarios|clientes reportan|denuncian|afectados|se
        caída|caida|apagón|apagon mundial|masiva|global|afecta|deja|de|en todo|europa|varios|latinoamérica
        estamos|seguimos trabajando|investigando|al
        miles|millones de usuarios|personas
        reportan caída|caida|fallas|problemas|fallos
    """,
    "complaint": """
        pésimo|pesimo|horrible|asco|malísimo|malisimo|estafa|vergüenza|porquería|porqueria|cobraron|cobran|
            cancelar|devolución|reembolso|caro
        mal servicio
    """,
}
NOT: Final = """
    si|cuando|ojalá|hasta se|está|no _? cae|cayera|caiga|caído|caido|funciona|cae
    ayer|anoche|antes|semana se|estaba|estuvo|no|pasada
    se _? cayó ayer|anoche
    no está|esta|se _? caído|caido|cayó
    sin problemas|problema
    cayó|cayeron|caen|caída las? acciones|bolsa|NUM
    acciones|bolsa
    se me cayó|cayo
"""
