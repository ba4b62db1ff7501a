"""What is known by name, such as a contender or a data set: what its source says of it, and how to import it.

Nothing is imported before it is used: docstring and declarations are read from the source, so that `list` stays fast
and a plugin that cannot be imported harms nobody else.
"""

import ast
import sys
from dataclasses import dataclass, field
from importlib import import_module, util
from inspect import Parameter, Signature
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

from ..errors import UsageError, one_line
from . import bare_class, estimator, fingerprint
from .contract import ChangesLearner, Contender, Dataset, Declared, Learner, Splits, Tunes
from .estimator import with_make
from .label import NAME

Kind = Literal["contender", "dataset", "classifier", "protocol"]
How = Literal["module", "file", "class", "table", "frame"]
CONTRACTS: dict[Kind, tuple[type, ...]] = {
    "contender": (Contender, ChangesLearner, Tunes),
    "dataset": (Dataset,),
    "classifier": (Learner,),
    "protocol": (Splits,),
}
DEFINES = {
    kind: {name for contract in contracts for name in vars(contract) if not name.startswith("_")}
    for kind, contracts in CONTRACTS.items()
}
"""The functions of which a module of each kind must define one."""

_READ: dict[Kind, tuple[str, ...]] = {
    "contender": tuple(
        name
        for name in Declared.__dataclass_fields__
        if name not in ("tolerance", "encoding", "takes_weights", "argmax", "encoder_rows")
    ),
    # A data set, or a learner, may call anything of its own SPACE or ROLE.
    "dataset": ("names", "source", "expected_failures"),
    "classifier": ("expected_failures", "tolerance", "encoding", "takes_weights", "argmax"),
    "protocol": ("expected_failures", "encoder_rows"),
}


@dataclass(frozen=True)
class Entry:
    """A contender, a data set, a learner or a protocol, not yet imported.

    `module` is its import name, `path` its file, `source` where it comes from. `how` it is loaded: an installed
    ``module``, a ``file`` by path, a bare ``class`` of somebody's package, a ``table`` of the user's own in a file, or
    a data ``frame`` from memory. `clash` is the other source that claims the same name.
    """

    kind: Kind
    name: str
    module: str
    path: Path | None
    source: str
    how: How = "module"
    clash: str = ""

    @property
    def by_path(self) -> bool:
        """Tell whether it is a file that the user named."""
        return self.how in ("file", "table", "frame")

    def load(self) -> ModuleType:
        """Import the module. What it raises is left to the caller."""
        match self.how:
            case "module":
                module = import_module(self.module)
                return with_make(module) if self.kind == "classifier" else module
            case "class":
                return bare_class.as_module(self.module, self._of)
            case "table":
                from .own_table.dataset import as_dataset

                assert self.path is not None
                return as_dataset(self.path)
            case "frame":
                from .own_table.dataset import as_frame

                assert self.path is not None
                return as_frame(self.path)
        return with_make(self._load_file()) if self.kind == "classifier" else self._load_file()

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
        if self.how == "frame":
            return "memory"
        return f"file {self.path.name}" if self.by_path and self.path else self.source

    @property
    def syntax(self) -> ast.Module:
        """The parsed source; an empty module where there is none.

        Raises
        ------
        UsageError
            If the source cannot be read.
        """
        if not self.path or self.how in ("class", "table", "frame"):
            return ast.Module(body=[], type_ignores=[])
        try:
            return fingerprint.parsed(self.path, self.path.stat().st_mtime_ns)
        except (OSError, SyntaxError, ValueError) as error:
            raise UsageError(f"file {self.path} cannot be read ({one_line(error)})") from error

    def summary(self) -> str:
        """Give the first line of the docstring."""
        return (ast.get_docstring(self.syntax) or "").partition("\n")[0]

    def declared(self) -> Declared:
        """Give the declarations as the source writes them, without importing it.

        Raises
        ------
        UsageError
            If one is set to something that it cannot be.
        """
        found: dict[str, Any] = {}
        takes_name = "name" in self.parameters()
        for node in self.syntax.body:
            if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                for name in {target.id.lower() for target in targets if isinstance(target, ast.Name)
                             and target.id.isupper()} & set(_READ[self.kind]):  # fmt: skip
                    if name == "names" and not takes_name:
                        continue  # a data set may use that name for something else
                    try:
                        found[name] = _literal(node.value)
                    except ValueError:
                        raise UsageError(f"{self._whose}: {name.upper()} must be written out, not computed") from None
        if self.how == "class" and self.kind != "protocol":  # a splitter has nothing to declare
            found |= bare_class.declarations(self.module, self._of)
        return Declared.checked(self._whose, found)

    @property
    def _of(self) -> "bare_class.Of":
        assert self.kind != "dataset"
        return self.kind

    @property
    def _whose(self) -> str:
        return f"{self.kind} '{self.name}'"

    def parameters(self) -> list[str]:
        """Name what `load`, `make` or `split` takes, as the source says it."""
        signature = self.signature()
        return [] if signature is None else list(signature.parameters)

    def signature(self) -> Signature | None:
        """Give what `load`, `make` or `split` takes, as the source says it; None where it does not define that."""
        functions = DEFINES[self.kind] - {"classifier"}
        for node in self.syntax.body:
            if isinstance(node, ast.FunctionDef) and node.name in functions:
                return _signature(node.args)
        return None

    def problem(self) -> str:
        """Say why it cannot be used, as far as that can be told without importing it; nothing if it can."""
        if self.clash:
            return f"{self._whose} comes from both {self.source} and {self.clash}; rename one"
        if self.how == "module" and not NAME.fullmatch(self.name):
            return f"{self._whose} of {self.source}: its name must be a Python identifier"
        if self.how == "class":
            return bare_class.problem(self.module, self._of)
        if self.how in ("table", "frame"):
            return ""
        if self.path is None:
            return f"{self._whose} of {self.source}: there is no module {self.module}"
        try:
            self.declared()
        except UsageError as error:
            return str(error)
        if self.changes_learner() and self.declared().role != "control":
            return (
                f'{self._whose} of {self.source} defines classifier(), which is for controls: declare ROLE = "control"'
            )
        if self.tunes() and not self.declared().wraps:
            return f'{self._whose} of {self.source} defines tuner(): say what it wraps, WRAPS = {{"of": "smote"}}'
        functions = self._functions()
        if self.kind == "classifier" and estimator.PIPELINE in self._assigned():
            return ""
        if not (functions | self._imported()) & DEFINES[self.kind]:
            needed = " or ".join(sorted(DEFINES[self.kind] - {"tuner"}, reverse=True))
            where = f"file {self.path}" if self.by_path else f"'{self.name}' of {self.source}"
            instead = f", and no {estimator.PIPELINE}" if self.kind == "classifier" else ""
            return f"{self.kind} {where} defines no function {needed}{instead}"
        return ""

    def changes_learner(self) -> bool:
        """Tell whether it is a contender that has a say in the learner, see `contract.ChangesLearner`."""
        return self.kind == "contender" and self._has("classifier")

    def tunes(self) -> bool:
        """Tell whether it is a contender that makes no rows, but learns something of another one, see `Tunes`."""
        return self.kind == "contender" and self._has("tuner")

    def _has(self, function: str) -> bool:
        own = {node.name for node in self.syntax.body if isinstance(node, ast.FunctionDef)}
        return function in own | self._imported()

    def _functions(self) -> set[str]:
        return {node.name for node in ast.walk(self.syntax) if isinstance(node, ast.FunctionDef)}

    def _assigned(self) -> set[str]:
        names = [each for node in self.syntax.body if isinstance(node, ast.Assign) for each in node.targets]
        return {each.id for each in names if isinstance(each, ast.Name)}

    def _imported(self) -> set[str]:
        return {alias.asname or alias.name for node in self._imports(ast.ImportFrom) for alias in node.names}

    def absent(self) -> list[str]:
        """Name the packages that its source imports and that are not installed."""
        names = {alias.name for node in self._imports(ast.Import) for alias in node.names}
        names |= {node.module for node in self._imports(ast.ImportFrom) if node.module and not node.level}
        return sorted(name for name in {each.partition(".")[0] for each in names} if not _there(name))

    def _imports(self, kind: type) -> list[Any]:
        return [node for node in ast.walk(self.syntax) if isinstance(node, kind)]

    def fingerprint(self) -> str:
        """Hash the code without comments, layout and docstrings, so that rewording does not make results stale."""
        if self.path is None or self.how in ("table", "frame"):
            return fingerprint.short_hash(self.module)
        if self.how == "class":
            package = self.module.partition(":")[0]
            versioned = package.partition(".")[0] in fingerprint.VERSIONED
            code = self.source if versioned else fingerprint.with_own_imports(self.path, package)
            return self._with_makers(fingerprint.short_hash(f"{self.module} {code}"), (bare_class,))
        code = fingerprint.with_own_imports(self.path, self.module if self.how == "module" else self.path.stem)
        return self._with_makers(code) if "make" not in self._functions() | self._imported() else code

    def _with_makers(self, code: str, of_class: tuple[ModuleType, ...] = ()) -> str:
        # What makes a learner, or a protocol, of a class or of an estimator is code of that one, and of no other.
        makers = {"classifier": (bare_class, estimator), "protocol": of_class}.get(self.kind, ())
        own = [fingerprint.file_hash(Path(str(each.__file__))) for each in makers]
        return fingerprint.short_hash(" ".join([code, *own])) if own else code


@dataclass(frozen=True)
class Choice:
    """What a label stands for: an entry, and the parameters in its brackets."""

    entry: Entry
    params: dict[str, Any] = field(default_factory=dict)

    def without(self, name: str) -> "Choice":
        """Give the same with one parameter less."""
        return Choice(self.entry, {key: value for key, value in self.params.items() if key != name})


def _signature(arguments: ast.arguments) -> Signature:
    """Give names and kinds; a default is there or not, its value is not known. ``*`` and ``**`` are left aside."""
    plain = [(each, Parameter.POSITIONAL_OR_KEYWORD) for each in (*arguments.posonlyargs, *arguments.args)]
    named = [(each, Parameter.KEYWORD_ONLY) for each in arguments.kwonlyargs]
    missing: list[Any] = [None] * (len(plain) - len(arguments.defaults))
    defaults = [*missing, *arguments.defaults, *arguments.kw_defaults]
    return Signature(
        [
            Parameter(each.arg, kind, default=Parameter.empty if default is None else ...)
            for (each, kind), default in zip([*plain, *named], defaults, strict=True)
        ]
    )


def _literal(node: ast.expr) -> Any:
    # A long list of names reads best as ``"""…""".split()``, in `tuple` or not, and so may the values of a dict.
    match node:
        case ast.Dict(keys=keys, values=values) if None not in keys:
            return {ast.literal_eval(key): _literal(value) for key, value in zip(keys, values, strict=True) if key}
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
