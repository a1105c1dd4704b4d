// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace moderato {

/// The page's only style sheet: system fonts, the reader's light or dark scheme, and on paper
/// light.
inline constexpr const char* html_style = R"(
:root {
  color-scheme: light dark;
  --back: #ffffff; --panel: #f5f6f8; --text: #1b1f24; --muted: #5b6470; --rule: #d7dbe0;
  --good: #14692f; --good-back: #e7f4ea; --bad: #a3271c; --bad-back: #fbeae8;
  --accent: #1c5fb0; --band: #e9edf3;
}
@media (prefers-color-scheme: dark) {
  :root {
    --back: #15181c; --panel: #1e2328; --text: #e4e7eb; --muted: #9aa4af; --rule: #353c44;
    --good: #6fce8b; --good-back: #17301f; --bad: #f0958b; --bad-back: #3a1d1a;
    --accent: #79b0f2; --band: #262d35;
  }
}
body { margin: 0 auto; max-width: 68rem; padding: 1.5rem 1.25rem 4rem; background: var(--back);
  color: var(--text); font: 16px/1.5 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 1rem; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; margin: 2.5rem 0 .75rem; }
p { margin: .4rem 0; }
.verdict { padding: .8rem 1.1rem; border-left: .3rem solid var(--muted); border-radius: .3rem;
  background: var(--panel); overflow-wrap: anywhere; }
.verdict.good { border-color: var(--good); background: var(--good-back); }
.verdict.bad { border-color: var(--bad); background: var(--bad-back); }
.verdict p:first-child { font-size: 1.1rem; font-weight: 600; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1.2rem; margin: 1.25rem 0; }
dt { color: var(--muted); }
dd { margin: 0; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; font-size: .86rem; font-variant-numeric: tabular-nums;
  white-space: nowrap; min-width: 100%; }
caption { text-align: left; color: var(--muted); padding-bottom: .4rem; }
th { color: var(--muted); font-weight: 600; border-bottom: 2px solid var(--rule); }
th, td { padding: .3rem .6rem; }
td { border-bottom: 1px solid var(--rule); }
.left { text-align: left; }
td.left:last-child { white-space: normal; min-width: 16rem; overflow-wrap: anywhere; }
td { vertical-align: top; }
.right { text-align: right; }
tr.good td { color: var(--good); font-weight: 600; }
tr.bad td { color: var(--bad); }
tr.faint td { color: var(--muted); }
figure { margin: 1rem 0; padding: .75rem; border: 1px solid var(--rule); border-radius: .3rem; }
figcaption { color: var(--muted); font-size: .86rem; }
svg { display: block; width: 100%; height: auto; }
svg text { font: 12px system-ui, "DejaVu Sans", sans-serif; fill: var(--muted); }
svg .label { fill: var(--text); paint-order: stroke; stroke: var(--back); stroke-width: 3px; }
svg .middle { text-anchor: middle; }
svg .end { text-anchor: end; }
svg .grid { stroke: var(--rule); stroke-width: .6; }
svg .baseline { stroke: var(--text); stroke-width: 1.4; stroke-dasharray: 5 3; }
svg .band { fill: var(--band); }
svg .whisker { stroke-width: 2; }
svg .dot { stroke-width: 2; }
svg .other { stroke: var(--accent); fill: var(--accent); }
svg .chosen { stroke: var(--good); fill: var(--good); }
svg .hollow { fill: var(--back); }
@media print { body { max-width: none; } }
)";

}  // namespace moderato
