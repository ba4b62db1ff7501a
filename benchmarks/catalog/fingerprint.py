"""Hashes of code: what a cell depends on, without comments, layout and docstrings."""

import ast
import hashlib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

VERSIONED = ("imblearn", "sklearn")
"""Packages whose version is in every key, so that their code need not be: to hash it takes seconds in each process."""


def code_hash(tree: ast.Module) -> str:
    """Hash a syntax tree, its docstrings left out, those of constants too; this takes them out of the tree.

    >>> code_hash(ast.parse("x = 1  # why")) == code_hash(ast.parse("'Docs.'; x  =  1; 'What x is.'"))
    True
    """
    for node in ast.walk(tree):
        if isinstance(body := getattr(node, "body", None), list):
            node.body = [each for each in body if not _is_text(each)]  # type: ignore[attr-defined]
    return short_hash(ast.dump(tree))


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def file_hash(path: Path) -> str:
    """Hash the code of one file."""
    return code_hash(ast.parse(path.read_bytes()))


def short_hash(text: str) -> str:
    """Hash a text, to 16 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def joined(hashes: Iterable[str]) -> str:
    """Make one hash of several; one alone stays as it is."""
    several = list(hashes)
    return several[0] if len(several) == 1 else short_hash(" ".join(several))


@lru_cache(maxsize=1024)
def parsed(path: Path, changed: int) -> ast.Module:
    """Parse a file, once for each time it has `changed`; the tree is shared, so it must be left as it is."""
    return ast.parse(path.read_bytes(), path.name)


def with_own_imports(path: Path, module: str) -> str:
    """Hash a module and what it takes from its own package, which is its code too.

    Whether it says ``from ._columns import Columns`` or ``from my_plugin.gan import GAN``.

    Parameters
    ----------
    module : str
        Its import name, or its bare name where it was named by path.
    """
    return joined([file_hash(path), *sorted(file_hash(other) for other in own_files(path, module) - {path})])


def own_files(path: Path, module: str) -> set[Path]:
    """Find a module's file, and those that it takes from its own package; see `with_own_imports`."""
    depth = module.count(".") + (path.stem == "__init__")
    top = path.parents[depth] / module.partition(".")[0] if depth else None
    waiting, seen = [path], {path}
    while waiting:
        each = waiting.pop()
        for node in ast.walk(parsed(each, each.stat().st_mtime_ns)):
            for file in _files_of(node, each, top):
                if file not in seen:
                    seen.add(file)
                    waiting.append(file)
    return seen


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
