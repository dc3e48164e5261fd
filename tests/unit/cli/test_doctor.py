"""`glm-ls doctor` against endpoints that are well, refuse, or are not there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from glm_ls.cli import doctor
from glm_ls.cli.checks.check import Check
from tests.simulator import Script, Simulator

from .conftest import KEY, Outcome, Run


def by_name(outcome: Outcome) -> Mapping[str, Any]:
    return {check["name"]: check for check in outcome.document["checks"]}


def test_no_key_is_a_warning(run: Run) -> None:
    outcome = run("doctor", "--json")
    provider = by_name(outcome)["provider"]
    assert (outcome.code, provider["verdict"]) == (0, "warning")
    assert "GLM_API_KEY" in provider["advice"]
    assert "answer" not in by_name(outcome)


@pytest.mark.parametrize(
    ("environ", "name", "verdict", "words"),
    [
        ({"GLM_LS_PROVIDER": "zai"}, "key", "problem", "looked for GLM_API_KEY"),
        ({"GLM_LS_PROVIDER": "nope"}, "provider", "problem", "'nope' is unknown"),
        ({"GLM_LS_PROVIDER": "embedded"}, "provider", "ok", "without network"),
        ({"GLM_LS_EMBEDDED_ENABLED": "off"}, "provider", "problem", "nothing can answer"),
        ({"GLM_API_KEY": "short"}, "key", "warning", "shorter than 16"),
        ({"GLM_API_KEY": "pasted with the whole line"}, "provider", "problem", "no key has"),
        ({"GLM_API_KEY": KEY}, "key", "ok", "environment GLM_API_KEY; of usual length"),
        ({"GLM_API_KEY": KEY}, "answer", "skipped", "--offline"),
        ({"GLM_API_KEY": KEY, "GLM_LS_MODEL": "my-model"}, "model", "hint", "131,072"),
        ({"GLM_API_KEY": KEY, "GLM_LS_MODEL": "glm-5.3"}, "model", "hint", "seconds"),
        ({"GLM_LS_MODLE": "x"}, "settings", "warning", "did you mean GLM_LS_MODEL?"),
        ({"GLM_LS_NETWORK_CA_BUNDLE": "/no.pem"}, "certificates", "problem", "/no.pem"),
        ({"HTTPS_PROXY": f"http://me:{KEY}@proxy:1"}, "proxy", "ok", "[redacted]@proxy:1"),
        ({"GLM_LS_NETWORK_PROXY": "http://p:1"}, "proxy", "ok", "network.proxy=http://p:1"),
    ],
)
def test_what_is_seen_without_a_network(
    run: Run, use: Callable[..., None], environ: dict[str, str], name: str, verdict: str, words: str
) -> None:
    use(**environ)
    outcome = run("doctor", "--offline", "--json")
    check = by_name(outcome)[name]
    assert (check["verdict"], words in check["text"]) == (verdict, True), check
    assert outcome.code == (verdict == "problem")
    assert KEY not in outcome.out + outcome.err


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ('{"glm-ls": {"provider": "embedded"}}', 0, "without network"),
        (
            '{"provider": "mine", "dialects": {"mine": {"base_url": "http://h/v1"}}}',
            1,
            "http://h/v1",
        ),
        ("null", 0, "no key found"),
        ("{", 2, "--settings told.json cannot be read"),
        (None, 2, "No such file"),
    ],
)
def test_the_settings_of_an_editor(run: Run, text: str | None, code: int, words: str) -> None:
    if text is not None:
        Path("told.json").write_text(text)
    outcome = run("doctor", "--offline", "--settings", "told.json")
    assert (outcome.code, words in outcome.out + outcome.err) == (code, True), outcome


def test_a_state_folder_that_cannot_be_written(run: Run, use: Callable[..., None]) -> None:
    Path("a-file").write_text("")
    use(GLM_LS_STATE_DIR="a-file/state")
    outcome = run("doctor", "--offline", "--json")
    assert (outcome.code, by_name(outcome)["state"]["verdict"]) == (0, "warning")


@pytest.mark.parametrize(
    ("flavor", "fim"),
    [("zai", "no route for it"), ("vllm", "fills in the middle"), ("llamacpp", "fills in the")],
)
async def test_all_is_well(run: Run, use: Callable[..., None], flavor: str, fim: str) -> None:
    async with Simulator(flavor=flavor, keys={KEY: "general"}) as sim:
        use(GLM_API_KEY=KEY, LLAMA_API_KEY=KEY)
        use(GLM_LS_BASE_URL=sim.base_url, GLM_LS_PROVIDER=flavor)
        outcome = await asyncio.to_thread(run, "doctor", "--json")
    checks = by_name(outcome)
    assert (outcome.code, outcome.document["problems"]) == (0, 0)
    assert checks["answer"]["text"].startswith("127.0.0.1 answered: name and TCP ")
    assert fim in checks["fim"]["text"]
    asked = [exchange.body.get("max_tokens") for exchange in sim.log if exchange.generating]
    assert asked == [1]
    assert KEY not in outcome.out + outcome.err


async def test_a_model_without_code_tokens_is_a_hint(run: Run, use: Callable[..., None]) -> None:
    async with Simulator(flavor="vllm", keys={}, fim_tokens=False) as sim:
        use(GLM_LS_BASE_URL=sim.base_url, GLM_LS_PROVIDER="vllm")
        outcome = await asyncio.to_thread(run, "doctor", "--json")
    checks = by_name(outcome)
    assert outcome.code == 0
    assert checks["key"]["text"] == "none, and none is needed here"
    assert (checks["fim"]["verdict"], checks["models"]["verdict"]) == ("hint", "ok")


@pytest.mark.parametrize(
    ("key", "error", "words", "advice"),
    [
        ("wrong-key-0123456789", "", "key-rejected, code 1000, HTTP 401", "Check the key"),
        (KEY, "1113", "billing, code 1113, HTTP 429", "Recharge the account"),
        (KEY, "1308", "until 2", "allowance comes back"),
        (KEY, "1211", "model-unknown, code 1211", "glm-ls models"),
    ],
)
async def test_a_refusal_is_a_problem_with_advice(
    run: Run, use: Callable[..., None], key: str, error: str, words: str, advice: str
) -> None:
    async with Simulator(keys={KEY: "general"}, script=Script(error=error)) as sim:
        use(GLM_API_KEY=key, GLM_LS_BASE_URL=sim.base_url, GLM_LS_PROVIDER="zai")
        outcome = await asyncio.to_thread(run, "doctor", "--json")
    answer = by_name(outcome)["answer"]
    assert (outcome.code, answer["verdict"]) == (1, "problem")
    assert words in answer["text"]
    assert advice in answer["advice"]
    assert key not in outcome.out + outcome.err


def test_nobody_listens(run: Run, use: Callable[..., None]) -> None:
    use(GLM_API_KEY=KEY, GLM_LS_BASE_URL="http://127.0.0.1:1/v1", GLM_LS_PROVIDER="zai")
    outcome = run("doctor", "--json")
    answer = by_name(outcome)["answer"]
    assert outcome.code == 1
    assert "no connection to http://127.0.0.1:1/v1" in answer["text"]
    assert "proxy" in answer["advice"]


@pytest.mark.parametrize(
    "environ", [{"GLM_LS_NETWORK_PROXY": "ftp://proxy:1"}, {"ALL_PROXY": "ftp://proxy:1"}]
)
def test_a_proxy_that_cannot_be_used(
    run: Run, use: Callable[..., None], environ: dict[str, str]
) -> None:
    use(GLM_API_KEY=KEY, **environ)
    outcome = run("doctor", "--json")
    assert (outcome.code, by_name(outcome)["answer"]["verdict"]) == (1, "problem")


def test_a_check_that_falls_over_does_not_hide_the_others(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> list[Check]:
        raise RuntimeError("no such thing")

    monkeypatch.setattr(doctor, "machine_checks", broken)
    outcome = run("doctor", "--offline", "--json")
    checks = by_name(outcome)
    assert (outcome.code, checks["glm-ls"]["verdict"]) == (1, "problem")
    assert "provider" in checks


def test_it_reads_well(run: Run) -> None:
    code, out, _ = run("doctor", "--offline")
    assert code == 0
    prose = [line for line in out.splitlines() if "/" not in line]  # a path is never broken
    assert max(map(len, prose)) <= 80
    assert "\nwarning  provider      no key found" in out
    assert out.endswith("\nProblems: 0, warnings: 1\n")
