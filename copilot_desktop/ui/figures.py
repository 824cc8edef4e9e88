"""Figures as a person reads them: tokens, prices, times. One place, so that chips, budget and footers agree."""

from __future__ import annotations


def tokens(count: int | None, *, is_estimate: bool = False) -> str:
    """`58 tk`, `~58 tk`; it says so while they are counted."""
    return "counting …" if count is None else f"{'~' if is_estimate else ''}{count:,} tk"


def money(usd: float) -> str:
    """US dollars with as many decimals as the amount needs: `$0.0021`, `$0.31`, `$12.40`."""
    if usd <= 0:
        return "$0"
    if usd < 0.0001:
        return "under $0.0001"
    if usd < 0.1:
        return f"${usd:.4f}".rstrip("0")
    return f"${usd:.2f}"


def seconds(duration_s: float) -> str:
    """`under 0.01 s`, `0.41 s`, `1.9 s`, `2 min 05 s`."""
    if 0 < duration_s < 0.005:
        return "under 0.01 s"
    if duration_s < 1:
        return f"{duration_s:.2f} s"
    if duration_s < 60:
        return f"{duration_s:.1f} s"
    return f"{int(duration_s) // 60} min {int(duration_s) % 60:02} s"


def budget(used: int | None, limit: int | None, usd: float | None) -> str:
    """The composer's line: `468 of 128,000 tk · about $0.003`."""
    counted = "…" if used is None else f"{used:,}"
    line = f"{counted} tk" if limit is None else f"{counted} of {limit:,} tk"
    return line if not usd else f"{line} · about {money(usd)}"


def short(count: int) -> str:
    """A count in as little room as it needs: `468`, `1.2k`, `128k`, `1.05M`."""
    for unit, sign in ((1_000_000, "M"), (1_000, "k")):
        # What would be rounded to a thousand of the smaller unit has the larger one.
        if count >= unit * 0.9995:
            places = 2 if sign == "M" else 1
            shown = f"{count / unit:.{places}f}" if count < 10 * unit else f"{count / unit:.0f}"
            return (shown.rstrip("0").rstrip(".") if "." in shown else shown) + sign
    return str(count)


def about(usd: float) -> str:
    """An amount that was estimated: `~$0.01`."""
    shown = money(usd)
    return shown if shown.startswith("under") else f"~{shown}"


def meter(
    used: int | None, limit: int | None, usd: float | None, answer_usd: float | None, *, is_estimate: bool = False
) -> tuple[str, ...]:
    """The line below the composer's bar, and shorter ones for less room: `~1.2k / 128k tk · $0.004 + ~$0.01 answer`."""
    counted = "…" if used is None else f"{'~' if is_estimate else ''}{short(used)}"
    line = f"{counted} tk" if limit is None else f"{counted} / {short(limit)} tk"
    if not usd:
        return (line, f"{counted} tk")
    priced = f"{line} · {money(usd)}"
    if not answer_usd:
        return (priced, line, f"{counted} tk")
    return (f"{priced} + {about(answer_usd)} answer", f"{priced} + {about(answer_usd)}", priced, line, f"{counted} tk")


def turn(
    input_tokens: int | None,
    output_tokens: int | None,
    usd: float | None,
    first_token_s: float | None,
    duration_s: float | None,
    thought_tokens: int | None = None,
) -> str:
    """A turn's footer: `612 in · 148 out · $0.0021 · first token 0.41 s · 1.9 s`; what is unknown is left out.

    `thought_tokens`: of the output, what the model thought with; shown in brackets where there are any.
    """
    parts = []
    if input_tokens is not None:
        parts.append(f"{input_tokens:,} in")
    if output_tokens is not None:
        thought = f" ({thought_tokens:,} thinking)" if thought_tokens else ""
        parts.append(f"{output_tokens:,} out{thought}")
    if usd is not None:
        parts.append(money(usd) if usd else "free")
    if first_token_s is not None:
        parts.append(f"first token {seconds(first_token_s)}")
    if duration_s is not None:
        parts.append(seconds(duration_s))
    # A figure stays on the line of its unit, and no line begins with what separates them.
    return "\u00a0· ".join(part.replace(" ", "\u00a0") for part in parts)
