"""The rules of architecture.md that a machine can read off the source; each takes a text and returns its breaches.

They are functions over a text so that test_architecture can show that each one catches something.
"""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import PurePath

DOORS = {("core", "staging.py")}  # import batches, which every app's import goes through
MODULE_LINES, FUNCTION_LINES, TEST_LINES, SETTINGS_LINES = 300, 40, 500, 250

Rule = Callable[[PurePath, str], Iterator[str]]


def is_test(path: PurePath) -> bool:
    """Tests, factories and conftest."""
    return "tests" in path.parts or path.name == "conftest.py"


def module_length(path: PurePath, text: str) -> Iterator[str]:
    """Modules stay short (architecture.md 1.4)."""
    lines = text.count("\n")
    limit = SETTINGS_LINES if path.name == "settings.py" else TEST_LINES if is_test(path) else MODULE_LINES
    if lines > limit:
        yield f"{lines} lines; at most {limit}"


def function_length(path: PurePath, text: str) -> Iterator[str]:
    """Functions too; those of tests as well."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > FUNCTION_LINES:
                yield f"line {node.lineno}: {node.name} has {lines} lines; at most {FUNCTION_LINES}"


def scoped_views(path: PurePath, text: str) -> Iterator[str]:
    """A view reaches rows only as `.objects.visible_to(` (architecture.md 15)."""
    if is_test(path) or not ("views" in path.parts or path.name == "views.py"):
        return
    tree = ast.parse(text)
    scoped = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr == "visible_to"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager", "_base_manager"} and id(node) not in scoped:
            yield f"line {node.lineno}: .{node.attr} without .visible_to("


def state_in_services(path: PurePath, text: str) -> Iterator[str]:
    """A state changes only in services/ and factories (architecture.md 4, rot 1)."""
    if "services" in path.parts or path.parts in DOORS or path.name == "services.py" or is_test(path):
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            named = [part for target in targets for part in ast.walk(target) if isinstance(part, ast.Attribute)]
            if any(part.attr == "state" and isinstance(part.ctx, ast.Store) for part in named):
                yield f"line {node.lineno}: assigns .state"
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and (node.func.attr, True)
            == (
                "update",
                any(keyword.arg == "state" for keyword in node.keywords),
            )
        ):
            yield f"line {node.lineno}: .update(state=...)"


def no_hidden_effects(path: PurePath, text: str) -> Iterator[str]:
    """No signals of saving, no overridden save (architecture.md 4, rot 5)."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Name | ast.Attribute | ast.alias):
            name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else node.name
            if name in {"post_save", "pre_save", "post_delete", "pre_delete", "m2m_changed"}:
                yield f"line {node.lineno}: {name}"
        if isinstance(node, ast.ClassDef) and "models" in "/".join(path.parts):
            yield from (f"line {part.lineno}: def save" for part in node.body if isinstance(part, ast.FunctionDef) and part.name == "save")


def imports_on_top(path: PurePath, text: str) -> Iterator[str]:
    """An import inside a function hides a circle; WeasyPrint in core/pdf.py is heavy (architecture.md 4)."""
    if path.parts[-2:] == ("core", "pdf.py"):
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            inner = (part for part in ast.walk(node) if isinstance(part, ast.Import | ast.ImportFrom))
            yield from (f"line {part.lineno}: import inside {node.name}" for part in inner)


def absolute_imports(path: PurePath, text: str) -> Iterator[str]:
    """Absolute imports only."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and node.level:
            yield f"line {node.lineno}: relative import"


def weasyprint_in_one_place(path: PurePath, text: str) -> Iterator[str]:
    """core/pdf.py, with its tests, is the only module that knows WeasyPrint (architecture.md 29)."""
    if path.parts[0] == "core" and (path.name == "pdf.py" or is_test(path)):
        return
    for node in ast.walk(ast.parse(text)):
        names = [part.name for part in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        if any(name.split(".")[0] == "weasyprint" for name in names):
            yield f"line {node.lineno}: imports weasyprint"


def no_unsafe_calls(path: PurePath, text: str) -> Iterator[str]:
    """Nothing that turns escaping, CSRF or the ORM off."""
    unsafe_names, unsafe_methods = {"mark_safe", "csrf_exempt", "RawSQL"}, {"raw", "extra"}
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Name) and node.id in unsafe_names:
            yield f"line {node.lineno}: {node.id}"
        elif isinstance(node, ast.alias) and node.name in unsafe_names:
            yield f"line {node.lineno}: {node.name}"
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "SafeString":
            yield f"line {node.lineno}: SafeString("
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in unsafe_methods | unsafe_names:
            yield f"line {node.lineno}: .{node.func.attr}("


PYTHON_RULES: tuple[Rule, ...] = (
    module_length,
    function_length,
    scoped_views,
    state_in_services,
    no_hidden_effects,
    imports_on_top,
    absolute_imports,
    weasyprint_in_one_place,
    no_unsafe_calls,
)

# --- templates

UNSAFE_TEMPLATE = re.compile(r"\|\s*(safe|safeseq)\b|\{%-?\s*autoescape\s+off")
INLINE_STYLE = re.compile(r"<style\b|<[a-z][^<>]*\sstyle\s*=", re.IGNORECASE)
INLINE_HANDLER = re.compile(r"<[a-z][^<>]*\son[a-z]+\s*=|javascript:", re.IGNORECASE)
DJANGO_TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
SCRIPT = re.compile(r"<script\b[^>]*>", re.IGNORECASE)
DEFAULT_TITLE = re.compile(r"\{%\s*block\s+title\s*%\}(?!\s*\{%\s*endblock)")
TITLE = re.compile(r"<title>\s*(?!\s*</title>)\S|" + DEFAULT_TITLE.pattern)


def escaped_template(path: PurePath, text: str) -> Iterator[str]:
    """Templates escape what they print."""
    yield from (f"{match.group()!r}" for match in UNSAFE_TEMPLATE.finditer(text))


def no_inline_template(path: PurePath, text: str) -> Iterator[str]:
    """No style, no handler, no script without a nonce or a file: the content policy would stop it. A PDF is never in a browser."""
    if "pdf" in path.parts:
        return
    markup = DJANGO_TAG.sub("", text)
    yield from (f"inline: {match.group()[-40:]!r}" for rule in (INLINE_STYLE, INLINE_HANDLER) for match in rule.finditer(markup))
    for match in SCRIPT.finditer(text):
        if "nonce=" not in match.group() and "src=" not in match.group():
            yield f"script without a nonce: {match.group()!r}"


def titled_template(path: PurePath, text: str) -> Iterator[str]:
    """A template that extends another, or is a whole document, has a title; layouts that others extend are left out by the caller."""
    if re.search(r"\{%\s*extends\b|<!doctype html", text, re.IGNORECASE) and not TITLE.search(text):
        yield "no title"


def extended_by(text: str) -> set[str]:
    """The templates that `text` extends."""
    return set(re.findall(r"""\{%\s*extends\s+["']([^"']+)""", text))


TEMPLATE_RULES: tuple[Rule, ...] = (escaped_template, no_inline_template)

# --- decisions and requirements


def consecutive_numbers(names: list[str]) -> Iterator[str]:
    """Decisions are called NNNN-some-words.md, numbered 1, 2, 3 ... each once."""
    numbers = []
    for name in names:
        match = re.fullmatch(r"(\d{4})-[a-z0-9-]+\.md", name)
        if match:
            numbers.append(int(match[1]))
        else:
            yield f"{name}: not NNNN-some-words.md"
    if sorted(numbers) != list(range(1, len(numbers) + 1)):
        yield f"not consecutive: {sorted(numbers)}"


def pinned_with_reason(path: PurePath, text: str) -> Iterator[str]:
    """Each requirement is pinned to one version and says why it is there (architecture.md 36)."""
    for line in text.splitlines():
        if line.strip() and not line.startswith(("#", "-r ")) and not re.fullmatch(r"[\w.-]+(\[[\w,-]+\])?==[\w.]+\s+# \S.+", line):
            yield line
