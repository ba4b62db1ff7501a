"""How to cite the software. What stands here stands in CITATION.cff, which is not installed; a test compares them."""

from dataclasses import dataclass
from importlib import metadata

from ..errors import DISTRIBUTION


@dataclass(frozen=True)
class Citation:
    """A piece of software, as reference lists name it."""

    title: str
    authors: str
    year: int
    version: str
    licence: str

    @property
    def sentence(self) -> str:
        """One line of a reference list."""
        return f"{self.authors} ({self.year}). {self.title} Version {self.version}, {self.licence}."

    @property
    def bibtex(self) -> str:
        """An entry of a bibliography; doubled braces keep capitals, and a group's name in one."""
        fields = {
            "author": f"{{{self.authors}}}",
            "title": f"{{{self.title}}}",
            "version": self.version,
            "year": str(self.year),
            "note": f"Version {self.version}, {self.licence}",
        }
        lines = [f"@software{{{DISTRIBUTION}", *(f"  {name:<8}= {{{value}}}" for name, value in fields.items())]
        return ",\n".join(lines) + "\n}"


def citation() -> Citation:
    """Give that of the version that is installed."""
    return Citation(
        title="oversampling-bench: should I oversample, with what, at what cost?",
        authors="the oversampling-bench developers",
        year=2026,
        version=metadata.version(DISTRIBUTION),
        licence="BSD-3-Clause",
    )
