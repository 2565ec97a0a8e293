"""Portuguese: how it is said that a service is down, or back."""

from __future__ import annotations

from typing import Final

from nlp.lexicon.notation import Table

SAYS: Final[Table] = {
    "outage": """
        não|nao|n|ñ tá|ta|está|esta|estão|me? funciona|funcionando|funcionam|abre|abrindo|carrega|
            carregando|entra|entrando|conecta|conectando|responde|respondendo|vai|pega|pegando|envia|
            enviando|toca|roda|loga|deixa
        caiu|caíram|cairam|caindo
        SVC _? _? caiu|fora|off|bugado|bugou|travou|travando|morreu|lento
        fora do|de ar
        não|nao|n consigo|conseguimos|da|dá|deixa _? _? entrar|acessar|logar|conectar|enviar|mandar|abrir|
            jogar|ver|usar|ouvir|assistir|pra
        sem sinal|internet|luz|serviço|sistema|energia|conexão|acesso
        só|so eu|comigo|pra|para ou|que|mim
        mais alguém|alguem
        alguém|alguem mais|com|sem|conseguindo
        parou de funcionar
        deu|dando|tá|está erro|pau|ruim|problema|bug
        erro|problema|problemas|instabilidade|falha no|na|com|ao|de|do o|a? SVC|login|servidor|app|entrar|
            servidores
        o que aconteceu|houve com|SVC
        instável|instavel|instabilidade
    """,
    "recovery": """
        voltou|voltaram
        já|ja|agora|tá|finalmente voltou|funcionando|funciona|normalizou|resolvido|foi
        normalizado|resolvido|restabelecido|normalizou
        funcionando|funciona de novo|novamente|normalmente|agora
    """,
    "relay": """
        usuários|usuarios|clientes relatam|reclamam|reportam|afetados
        instabilidade|queda|apagão|apagao global|mundial|afeta|atinge|deixa
        estamos trabalhando|investigando|cientes
        milhares|milhões de usuários|pessoas
    """,
    "complaint": """
        péssimo|pessimo|horrível|horrivel|lixo|vergonha|cobraram|cobrança|reembolso|cancelar|absurdo|caro|
            ridículo
    """,
}
NOT: Final = """
    se|quando|caso o|a? SVC cair|caísse|caisse|cai|ficar
    ontem
    não|nao caiu
    ações|acoes|bolsa|preço
    caiu NUM %
    sem problemas|problema
"""
