"""Korean: how it is said that a service is down, or back."""

from __future__ import annotations

from typing import Final

from nlp.lexicon.notation import Table

SAYS: Final[Table] = {
    "outage": """
        안돼
        안되
        안됨
        안됩니다
        안 돼
        안 되
        안 됨
        안열려
        안 열려
        안들어가
        안 들어가
        터졌
        터짐
        터진
        먹통
        장애
        접속이
        접속 불가
        접속불가
        접속 안
        다운됐
        다운된
        다운됨
        다운이
        서버 다운
        서버다운
        오류
        에러
        렉
        로그인이 안
        로그인 안
        안켜
        안 켜
        멈췄
        멈춤
        끊겨
        끊김
        작동 안
        작동안
        연결이 안
        연결 안
        느려
        튕겨
        튕김
    """,
    "recovery": """
        복구
        돌아왔
        이제 된다
        이제 되
        다시 된다
        다시 되
        이제 됨
        고쳐졌
        해결
        정상화
        다시 돼
        이제 돼
        됩니다
    """,
    "relay": """
        장애 발생
        전 세계
        전세계
        이용자들
        사용자들
        원인
        발표
        조사 중
        보도
        대규모
    """,
    "complaint": """
        환불
        최악
        해지
        별로
        비싸
        짜증
        쓰레기
    """,
}
NOT: Final = """
    만약
    어제
    주가
    터지면
    안되면
    안 되면
    다운되면
    문제없이
    잘 됨
    잘 된다
    잘됨
    잘 돼
    잘돼
    면 안
"""
