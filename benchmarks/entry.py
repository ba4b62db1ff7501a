"""A contender or a data set that is known by name: what its source says of it, and how to import it.

Nothing is imported before it is used: docstring and constants are read from the source, so that `list` stays fast and
a plugin that cannot be imported harms nobody else.
"""

import ast
import hashlib
import sys
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module, util
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

from .errors import UsageError, one_line, unknown
from .label import NAME

Kind = Literal["contender", "dataset"]
DEFINES = {"contender": {"make", "classifier"}, "dataset": {"load"}}
DEFAULTS: dict[str, Any] = {
    "SPACE": "encoded",
    "ROLE": "oversampler",
    "CLEANS": False,
    "APPROXIMATE": False,
    "DETERMINISTIC": False,
    "EXPECTED_FAILURES": {},
    "MEANT_FOR": "any",
    "WRAPS": {},
    "NAMES": (),
}
VALID = {
    "SPACE": ("encoded", "table"),
    "ROLE": ("oversampler", "control"),
    "CLEANS": (True, False),
    "APPROXIMATE": (True, False),
    "DETERMINISTIC": (True, False),
    "MEANT_FOR": ("any", "mixed", "categorical"),
}


@dataclass(frozen=True)
class Entry:
    """A contender or a data set, not yet imported.

    `module` is its import name, `path` its file, `source` where it comes from. `how` it is loaded: an installed
    ``module``, a ``file`` by path, a bare ``class`` of somebody's package, or a ``table`` of the user's own. `clash`
    is the other source that claims the same name.
    """

    kind: Kind
    name: str
    module: str
    path: Path | None
    source: str
    how: Literal["module", "file", "class", "table"] = "module"
    clash: str = ""

    @property
    def by_path(self) -> bool:
        """Tell whether it is a file that the user named."""
        return self.how in ("file", "table")

    def load(self) -> ModuleType:
        """Import the module. What it raises is left to the caller."""
        match self.how:
            case "module":
                return import_module(self.module)
            case "class":
                from .bare_class import as_contender

                return as_contender(self.module)
            case "table":
                from .own_table import as_dataset

                assert self.path is not None
                return as_dataset(self.path)
        return self._load_file()

    def _load_file(self) -> ModuleType:
        if self.module not in sys.modules:
            assert self.path is not None
            spec = util.spec_from_file_location(self.module, self.path)
            assert spec is not None
            assert spec.loader is not None
            module = util.module_from_spec(spec)
            sys.modules[self.module] = module
            try:
                spec.loader.exec_module(module)
            except BaseException:
                del sys.modules[self.module]
                raise
        return sys.modules[self.module]

    def origin(self) -> str:
        """Say where the module comes from, without naming a folder of this machine."""
        return f"file {self.path.name}" if self.by_path and self.path else self.source

    @property
    def syntax(self) -> ast.Module:
        """The parsed source; an empty module where there is none.

        Raises
        ------
        UsageError
            If the source cannot be read.
        """
        if not self.path or self.how in ("class", "table"):
            return ast.Module(body=[], type_ignores=[])
        try:
            return _parsed(self.path, self.path.stat().st_mtime_ns)
        except (OSError, SyntaxError, ValueError) as error:
            raise UsageError(f"{self.kind} file {self.path} cannot be read ({one_line(error)})") from error

    def summary(self) -> str:
        """Give the first line of the docstring."""
        return (ast.get_docstring(self.syntax) or "").partition("\n")[0]

    def constants(self) -> dict[str, Any]:
        """Give the declarations in `DEFAULTS` as the source sets them, else their defaults.

        Raises
        ------
        UsageError
            If one is set to something that it cannot be.
        """
        # A data set may call anything of its own SPACE or ROLE.
        mine = ("NAMES", "EXPECTED_FAILURES") if self.kind == "dataset" else DEFAULTS
        found = {name: DEFAULTS[name] for name in mine}
        for node in self.syntax.body:
            if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                for name in {target.id for target in targets if isinstance(target, ast.Name)} & found.keys():
                    try:
                        found[name] = _literal(node.value)
                    except ValueError:
                        if name == "NAMES" and "name" not in self.parameters():
                            continue
                        raise UsageError(
                            f"{self.kind} '{self.name}': {name} must be written out, not computed"
                        ) from None
        if self.how == "class":
            from .bare_class import declarations

            found |= declarations(self.module)
        if self.kind == "dataset" and "name" not in self.parameters():
            found["NAMES"] = ()  # its own affair
        for name, wanted in (("NAMES", list | tuple), ("EXPECTED_FAILURES", dict), ("WRAPS", dict)):
            if name in found and not isinstance(found[name], wanted):
                raise UsageError(f"{self.kind} '{self.name}': {name} must be a {'dict' if wanted is dict else 'list'}")
        for name, valid in VALID.items():
            if name in found and found[name] not in valid:
                raise UsageError(f"{self.kind} '{self.name}': {unknown(name, str(found[name]), map(str, valid))}")
        return found

    def parameters(self) -> list[str]:
        """Name what `load` or `make` takes, as the source says it."""
        for node in self.syntax.body:
            if isinstance(node, ast.FunctionDef) and node.name in ("load", "make"):
                return [each.arg for each in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
        return []

    def problem(self) -> str:
        """Say why it cannot be used, as far as that can be told without importing it; nothing if it can."""
        if self.clash:
            return f"{self.kind} '{self.name}' comes from both {self.source} and {self.clash}; rename one"
        if self.how == "module" and not NAME.fullmatch(self.name):
            return f"{self.kind} '{self.name}' of {self.source}: its name must be a Python identifier"
        if self.how == "class":
            from .bare_class import problem

            return problem(self.module)
        if self.how == "table":
            return ""
        if self.path is None:
            return f"{self.kind} '{self.name}' of {self.source}: there is no module {self.module}"
        try:
            self.constants()
        except UsageError as error:
            return str(error)
        functions = {node.name for node in ast.walk(self.syntax) if isinstance(node, ast.FunctionDef)}
        imported = {alias.asname or alias.name for node in self._imports(ast.ImportFrom) for alias in node.names}
        if not (functions | imported) & DEFINES[self.kind]:
            needed = " or ".join(sorted(DEFINES[self.kind], reverse=True))
            where = f"file {self.path}" if self.by_path else f"'{self.name}' of {self.source}"
            return f"{self.kind} {where} defines no function {needed}"
        return ""

    def absent(self) -> list[str]:
        """Name the packages that its source imports and that are not installed."""
        names = {alias.name for node in self._imports(ast.Import) for alias in node.names}
        names |= {node.module for node in self._imports(ast.ImportFrom) if node.module and not node.level}
        return sorted(name for name in {each.partition(".")[0] for each in names} if not _there(name))

    def _imports(self, kind: type) -> list[Any]:
        return [node for node in ast.walk(self.syntax) if isinstance(node, kind)]

    def fingerprint(self) -> str:
        """Hash the code without comments, layout and docstrings, so that rewording does not make results stale."""
        if self.path is None or self.how == "table":
            return hashlib.sha256(self.module.encode()).hexdigest()[:16]
        if self.how == "class":
            code = _hash_with_own_imports(self.path, self.module.partition(":")[0])
            return hashlib.sha256(f"{self.module} {code}".encode()).hexdigest()[:16]
        return _hash_with_own_imports(self.path, self.module if self.how == "module" else self.path.stem)


def _literal(node: ast.expr) -> Any:
    # A long list of names reads best as ``"""…""".split()``, in `tuple` or not.
    match node:
        case ast.Call(func=ast.Name("tuple"), args=[inner], keywords=[]):
            return tuple(_literal(inner))
        case ast.Call(func=ast.Attribute(value=ast.Constant(value=str(words)), attr="split"), args=[], keywords=[]):
            return words.split()
    return ast.literal_eval(node)


def _there(name: str) -> bool:
    try:
        return name in sys.builtin_module_names or name in sys.modules or util.find_spec(name) is not None
    except Exception:  # a finder may raise anything
        return False


def code_hash(tree: ast.Module) -> str:
    """Hash a syntax tree, its docstrings left out, which this takes out of the tree.

    >>> code_hash(ast.parse("x = 1  # why")) == code_hash(ast.parse("'Docs.'; x  =  1"))
    True
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
            first = node.body[0] if node.body else None
            if (
                isinstance(first, ast.Expr)
                and isinstance(first.value, ast.Constant)
                and isinstance(first.value.value, str)
            ):
                node.body = node.body[1:]
    return hashlib.sha256(ast.dump(tree).encode()).hexdigest()[:16]


def _hash_with_own_imports(path: Path, module: str) -> str:
    # What a module takes from its own package is its code too, whether it says ``from ._columns import Columns`` or
    # ``from my_plugin.gan import GAN``. `module` is its import name, or its bare name where it was named by path.
    depth = module.count(".") + (path.stem == "__init__")
    top = path.parents[depth] / module.partition(".")[0] if depth else None
    waiting, seen = [path], {path}
    while waiting:
        each = waiting.pop()
        for node in ast.walk(_parsed(each, each.stat().st_mtime_ns)):
            for file in _files_of(node, each, top):
                if file not in seen:
                    seen.add(file)
                    waiting.append(file)
    hashes = [code_hash(ast.parse(path.read_bytes()))]
    hashes += sorted(code_hash(ast.parse(other.read_bytes())) for other in seen - {path})
    return hashes[0] if len(hashes) == 1 else hashlib.sha256(" ".join(hashes).encode()).hexdigest()[:16]


def _files_of(node: ast.AST, file: Path, top: Path | None) -> list[Path]:
    match node:
        case ast.ImportFrom(module=name, level=level, names=names) if level:
            base = file.parents[level - 1]
            dotted = [name] if name else []
            wanted = [base.joinpath(*".".join([*dotted, alias.name]).split(".")) for alias in names]
            wanted += [base.joinpath(*name.split("."))] if name else []
        case ast.ImportFrom(module=str(name), names=names) if top and name.partition(".")[0] == top.name:
            wanted = [
                top.parent.joinpath(*name.split(".")),
                *(top.parent.joinpath(*name.split("."), a.name) for a in names),
            ]
        case ast.Import(names=names) if top:
            own = [alias.name for alias in names if alias.name.partition(".")[0] == top.name]
            wanted = [top.parent.joinpath(*name.split(".")) for name in own]
        case _:
            return []
    files = [file for path in wanted for file in (path.with_suffix(".py"), path / "__init__.py")]
    return [file for file in files if file.is_file()]


@lru_cache(maxsize=1024)
def _parsed(path: Path, changed: int) -> ast.Module:
    return ast.parse(path.read_bytes())
