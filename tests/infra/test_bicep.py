"""The Bicep files hold together. There is no Bicep compiler to be had here: two parsers of other people read them, and
what a compiler would say about names is checked on what they read."""

from __future__ import annotations

import json
import re
import subprocess

import pytest

from tests.infra.bicep import FILES, INFRA, ROOT, code, declared_types, parsed, section, source

NAMES = [file.stem for file in FILES]


def uses(name: str, word: str) -> int:
    """How often a file's code says a word."""
    return len(re.findall(rf"\b{re.escape(word)}\b", code(name)))


@pytest.mark.parametrize("name", NAMES)
def test_a_file_parses(name: str) -> None:
    assert parsed(name)["globals"]


@pytest.mark.parametrize("name", NAMES)
def test_a_file_parses_by_a_second_grammar(name: str) -> None:
    """tree-sitter's grammar is older than `extension`; that line alone is kept from it."""
    tree_sitter = pytest.importorskip("tree_sitter", reason="tree-sitter of requirements-dev.txt reads the Bicep files")
    grammar = pytest.importorskip("tree_sitter_bicep", reason="tree-sitter-bicep of requirements-dev.txt reads them")
    text = re.sub(r"^extension \w+$", "", source(name), flags=re.MULTILINE)
    tree = tree_sitter.Parser(tree_sitter.Language(grammar.language())).parse(text.encode())
    assert not tree.root_node.has_error


@pytest.mark.parametrize("name", NAMES)
def test_the_parser_missed_no_declaration(name: str) -> None:
    """So that what is checked below is checked of everything."""
    for keyword, kind in (("param", "parameters"), ("var", "variables"), ("module", "modules"), ("output", "outputs")):
        assert set(re.findall(rf"^{keyword} (\w+)", source(name), re.MULTILINE)) == set(section(name, kind))
    assert set(re.findall(r"^resource (\w+)", source(name), re.MULTILINE)) <= set(section(name, "resources"))


@pytest.mark.parametrize("name", NAMES)
def test_everything_declared_is_used(name: str) -> None:
    declared = [*section(name, "parameters"), *section(name, "variables")]
    existing = [r for r, body in section(name, "resources").items() if body["existing"] and "__" not in r]
    assert [word for word in (*declared, *existing) if uses(name, word) < 2] == []


@pytest.mark.parametrize("name", NAMES)
def test_every_file_a_file_names_exists(name: str) -> None:
    named = re.findall(r"'([\w.-]+\.(?:bicep|json))'", source(name))
    assert [file for file in named if not (INFRA / file).is_file()] == []


def modules() -> list[tuple[str, str, str]]:
    """(symbol, file, text) of each module of main.bicep."""
    found = re.findall(r"^module (\w+) '([\w-]+)\.bicep' = (.*?)^}", code("main"), re.MULTILINE | re.DOTALL)
    return [(symbol, file, text) for symbol, file, text in found]


@pytest.mark.parametrize(("symbol", "file", "text"), modules(), ids=[symbol for symbol, _, _ in modules()])
def test_a_module_gets_the_parameters_it_declares(symbol: str, file: str, text: str) -> None:
    params = re.search(r"^  params: \{\n(.*?)^  \}", text, re.MULTILINE | re.DOTALL)
    assert params is not None
    given = set(re.findall(r"^    (\w+):", params[1], re.MULTILINE))
    declared = set(section(file, "parameters"))
    defaulted = set(re.findall(r"^param (\w+) \w+ =", source(file), re.MULTILINE))
    assert declared - defaulted <= given <= declared


@pytest.mark.parametrize(("symbol", "file", "text"), modules(), ids=[symbol for symbol, _, _ in modules()])
def test_every_output_main_reads_is_one_the_module_has(symbol: str, file: str, text: str) -> None:
    read = set(re.findall(rf"\b{symbol}!?\.outputs\.(\w+)", code("main")))
    assert read <= set(section(file, "outputs"))


def test_every_module_is_in_use() -> None:
    """upload-events.bicep is the postdeploy hook's."""
    assert {file for _, file, _ in modules()} == set(NAMES) - {"main", "upload-events"}


def test_azd_gives_every_parameter_and_the_same_defaults() -> None:
    given = json.loads((INFRA / "main.parameters.json").read_text())["parameters"]
    declared = dict(re.findall(r"^param (\w+) string(?: = '(.*)')?$", source("main"), re.MULTILINE))
    assert given.keys() == declared.keys()
    for name, entry in given.items():
        variable = re.fullmatch(r"\$\{([A-Z_]+)(?:=(.*))?\}", entry["value"])
        assert variable is not None
        assert (variable[2] or "") == declared[name]


def test_the_hooks_parameters_are_the_templates() -> None:
    given = re.findall(r"^param (\w+) = readEnvironmentVariable\('(\w+)'\)$", param_file(), re.MULTILINE)
    assert {name for name, _ in given} == set(section("upload-events", "parameters"))
    own = {"UPLOAD_EVENTS_URL"}
    assert {variable for _, variable in given} - own <= set(section("main", "outputs"))


def param_file() -> str:
    return (INFRA / "upload-events.bicepparam").read_text()


def hook() -> str:
    return (INFRA / "hooks/subscribe-to-uploads.sh").read_text()


def test_the_hook_is_what_azd_runs_and_reads_only_what_azd_gives() -> None:
    azure = (ROOT / "azure.yaml").read_text()
    run = re.search(r"postdeploy:\n    shell: sh\n    run: \./(\S+)", azure)
    assert run is not None
    assert (ROOT / run[1]).stat().st_mode & 0o111
    subprocess.run(["sh", "-n", ROOT / run[1]], check=True)
    read = set(re.findall(r"\$([A-Z_]{4,})", hook())) - {"UPLOAD_EVENTS_URL"}
    assert read <= set(section("main", "outputs"))


def test_azd_finds_the_app_by_its_tag() -> None:
    azure = (ROOT / "azure.yaml").read_text()
    assert "  app:\n    project: .\n    language: python\n    host: function\n" in azure
    assert "'azd-service-name': 'app'" in source("app")


def test_api_versions_are_one_for_each_type() -> None:
    """Two versions of one type in one template are a slip."""
    found = {pair for name in NAMES for pair in re.findall(r"'(Microsoft\.[\w./]+)@([\w.-]+)'", source(name))}
    assert len({kind for kind, _ in found}) == len(found)


def test_the_resources_the_issue_asks_for_are_there() -> None:
    made = {kind for name in NAMES for kind in declared_types(name)}
    assert {
        "Microsoft.Web/serverfarms",
        "Microsoft.Web/sites",
        "Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers",
        "Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments",
        "Microsoft.Storage/storageAccounts/blobServices/containers",
        "Microsoft.Storage/storageAccounts/queueServices/queues",
        "Microsoft.EventGrid/systemTopics",
        "Microsoft.EventGrid/systemTopics/eventSubscriptions",
        "Microsoft.ManagedIdentity/userAssignedIdentities",
        "Microsoft.Graph/applications",
        "Microsoft.Insights/components",
        "Microsoft.Insights/scheduledQueryRules",
        "Microsoft.OperationalInsights/workspaces",
    } <= made
