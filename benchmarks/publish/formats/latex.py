"""Tables for a paper: one for each data set and learner, in LaTeX with booktabs.

tabulate, which lays out our markdown, knows booktabs as well, but escapes bold print with all else, and draws no line
between two parts of a table.
"""

import re
from collections import Counter
from collections.abc import Sequence
from importlib import metadata

from ...errors import DISTRIBUTION, plain, plural, visible
from ...measure.outcome import LIFT
from ...record.folder import Results
from ...record.provenance import Provenance
from ...report.groups import BASELINE, Group
from ...report.markdown import NOTHING, number, significant
from ...report.page import Report
from ...report.statistics import MIN_SEEDS

ESCAPES = str.maketrans(
    {each: f"\\{each}" for each in "&%$#_{}"}
    | {
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "<": r"\textless{}",
        "‹": r"\textless{}",
        ">": r"\textgreater{}",
        "›": r"\textgreater{}",
        "|": r"\textbar{}",
        '"': r"\char34{}",  # which babel's German takes for a command
    }
)
HEADINGS = (
    "contender", "lift", r"95\,\% interval", "verdict", "ROC AUC", r"bal.\ error", "misses", "alarms", "seconds",
)  # fmt: skip
ALIGNED = "@{}lrrlrrrrr@{}"
HELD_BACK = 12
"""Tables after which a page is ended: with no text between them, LaTeX holds back some dozens, and then gives up."""
RANKED = {"roc_auc": "ROC AUC", "balanced_error": "balanced error"}
"""Measures by which those whom nobody is shown to beat are printed bold."""


def tables(results: Results) -> str:
    """Write one table a group, with a comment on top that says what they need and where they come from."""
    groups = Report(results.cells, results.provenance).groups
    labels = _labels(results.provenance.suite.name, groups)
    parts = [_table(group, results.provenance, label) for group, label in zip(groups, labels, strict=True)]
    for last in range(HELD_BACK - 1, len(parts) - 1, HELD_BACK):
        parts[last] += "\n\\clearpage"
    body = "\n\n".join(parts) if parts else "% There are no cells."
    needs = (
        r"\usepackage{booktabs}; where a column is narrow, \usepackage{graphicx} and \resizebox, or table* for table"
    )
    if not body.isascii():
        needs += "\n% Needs, for letters that pdfLaTeX does not know, XeLaTeX or LuaLaTeX with a font that has them"
    return f"{_origin(results.provenance)}\n% Needs {needs}\n\n{body}\n"


def escape(text: str) -> str:
    r"""Make any text one that LaTeX prints as it is, in typewriter letters and others.

    >>> escape("a_b & 50% <i>"), escape("\u202e")
    ('a\\_b \\& 50\\% \\textless{}i\\textgreater{}', '\\textless{}U+202E\\textgreater{}')
    """
    return visible(text).translate(ESCAPES)


def _origin(known: Provenance) -> str:
    made_by = f"{DISTRIBUTION} {metadata.version(DISTRIBUTION)}"
    commit = f"commit {plain(known.git.commit)}" if known.git else "no known commit"
    changed = " and changes that no commit holds" if known.git and known.git.dirty else ""
    return f"% Suite {known.suite.name}, run from {commit}{changed}; tables by {made_by}"


def _labels(suite: str, groups: Sequence[Group]) -> list[str]:
    """Give each table a label of its own, of letters that LaTeX takes in one."""
    found, seen = [], Counter[str]()
    for group in groups:
        slug = re.sub(r"[^A-Za-z0-9]+", "-", f"{suite} {group.dataset} {group.classifier}").strip("-")
        seen[slug] += 1
        found.append(f"tab:{slug}" + (f"-{seen[slug]}" if seen[slug] > 1 else ""))
    return found


def _table(group: Group, known: Provenance, label: str) -> str:
    parts = [
        [_row(group, name) for name in group.scored if group.roles[name] == role] for role in ("oversampler", "control")
    ]
    return "\n".join(
        [
            r"\begin{table}[htbp]",
            r"\centering\footnotesize\setlength{\tabcolsep}{3pt}",
            rf"\caption{{{_caption(group, known)}}}",
            rf"\label{{{label}}}",
            rf"\begin{{tabular}}{{{ALIGNED}}}",
            r"\toprule",
            _line(HEADINGS),
            *(line for rows in parts if rows for line in (r"\midrule", *map(_line, rows))),
            r"\bottomrule",
            r"\end{tabular}",
            r"\end{table}",
        ]
    )


def _line(cells: Sequence[str]) -> str:
    return f"{' & '.join(cells)} \\\\"


def _row(group: Group, name: str) -> list[str]:
    ranked = [
        _bold(_printed(number(group.mean(name, score), score)), name in group.unbeaten(score)) for score in RANKED
    ]
    rates = [_printed(number(group.mean(name, score), score)) for score in ("error_positive", "error_negative")]
    seconds = group.seconds(name)
    took = significant(seconds) if seconds == seconds else _printed(NOTHING)
    return [rf"\texttt{{{escape(name)}}}", *_lift(group, name), *ranked, *rates, took]


def _lift(group: Group, name: str) -> list[str]:
    """Give lift, interval and verdict; of a contender that has none, why."""
    judged = group.judged[LIFT].get(name)
    if judged and group.decides:
        found = judged.comparison
        low, high = (_printed(number(end, LIFT, "+")) for end in (found.low, found.high))
        lifted = _bold(_printed(number(found.mean, LIFT, "+")), judged.word == "better")
        return [lifted, f"[{low}, {high}]", group.in_words(name, LIFT)]
    mean = _printed(number(group.mean(name, LIFT), LIFT, "+"))
    said = "baseline" if name == BASELINE else "no lift" if group.why_no_lift(name) else ""
    return [mean, _printed(NOTHING), said if group.complete(name) else f"{group.seeds(name)} seeds"]


def _printed(text: str) -> str:
    return text.replace(NOTHING, "--") if text == NOTHING else text.replace("-", "$-$")


def _bold(text: str, wanted: bool) -> str:
    return rf"\textbf{{{text}}}" if wanted else text


def _caption(group: Group, known: Provenance) -> str:
    learner, suite = escape(group.classifier), escape(known.suite.name)
    if group.decides:
        bold = f"Bold: lift that is shown to be better; {' and '.join(RANKED.values())} that nobody is shown to beat."
    else:
        bold = f"No verdicts: {plural(group.n_seeds, 'seed')} are too few, {MIN_SEEDS} are needed."
    return (
        rf"\texttt{{{escape(group.dataset)}}} with \texttt{{{learner}}}: means over {plural(group.n_seeds, 'seed')}, "
        rf"suite \texttt{{{suite}}}, protocol \texttt{{{escape(known.suite.protocol)}}}. "
        rf"Lift: percentage points by which fewer positives are missed than by \texttt{{{BASELINE}}} at equally many "
        r"false alarms (corrected resampled $t$). Balanced error, misses (error on positives) and alarms (error on "
        r"negatives) in \%. Seconds: tuning, sampling and fitting, the median. Oversamplers above, controls below. "
        rf"{bold}"
    )
