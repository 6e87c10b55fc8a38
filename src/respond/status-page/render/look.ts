/** The look of the page: no font, no picture, nothing from elsewhere. */
export const css = `
:root{color-scheme:light dark;--accent:#1f4fbf;--bg:#fbfbfa;--card:#fff;--fg:#191a1d;--dim:#5d6370;--line:#e2e4e8;--o:#2f9e62;--d:#d9a21b;--p:#e0701c;--m:#cc3a30;--n:#d4d7dc;--w:#3b78d8}
@media(prefers-color-scheme:dark){:root{--accent:#8fb4ff;--bg:#0f1114;--card:#16191e;--fg:#eceef1;--dim:#a1a8b5;--line:#2a2e36;--o:#4cc084;--d:#e8bb45;--p:#f08c44;--m:#f0695f;--n:#3a3f48;--w:#7aa8f5}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:46rem;padding:1.5rem 1.1rem 3rem;background:var(--bg);color:var(--fg);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;overflow-wrap:anywhere}
a{color:var(--accent)}a:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem}
header{display:flex;flex-wrap:wrap;justify-content:space-between;align-items:baseline;gap:.3rem 1rem;margin-bottom:1.5rem}
.name img{display:block}h2 .small{font-weight:400}
.name{font-weight:700;font-size:1.15rem;color:var(--fg);text-decoration:none}nav a{margin-right:1rem;font-size:.9rem;white-space:nowrap}nav a:last-child{margin:0}
.overall{display:flex;align-items:center;gap:.8rem;margin:0 0 2rem;padding:1.1rem 1.2rem;border-radius:.8rem;font-size:1.35rem;line-height:1.25;background:var(--card);border:1px solid var(--line);border-left:6px solid var(--c)}
.dot{flex:none;width:.8rem;height:.8rem;border-radius:50%;background:var(--c)}
.none{--c:var(--o)}.minor{--c:var(--d)}.major{--c:var(--p)}.critical{--c:var(--m)}.work{--c:var(--w)}
h2{margin:2rem 0 .6rem;font-size:1.05rem}h3{margin:1.4rem 0 .4rem;font-size:1rem}
p{margin:.3rem 0}.dim{color:var(--dim)}.small{font-size:.85rem}
ul,ol{margin:0;padding:0;list-style:none}
.parts li{padding:.9rem 1.1rem;background:var(--card);border:1px solid var(--line);border-bottom-width:0}
.parts li:first-child{border-radius:.7rem .7rem 0 0}.parts li:last-child{border-radius:0 0 .7rem .7rem;border-bottom-width:1px}.parts li:only-child{border-radius:.7rem}
.part{display:flex;justify-content:space-between;gap:1rem}.what{font-weight:600}
.is{font-size:.9rem;white-space:nowrap}.is::before{content:"";display:inline-block;width:.6rem;height:.6rem;margin-right:.4rem;border-radius:50%;background:var(--c)}
.operational{--c:var(--o)}.degraded_performance{--c:var(--d)}.partial_outage{--c:var(--p)}.major_outage{--c:var(--m)}.under_maintenance{--c:var(--w)}
.bars{display:block;width:100%;height:28px;margin:.5rem 0 .2rem}.bars path{stroke-width:3;fill:none}
.bars .o{stroke:var(--o)}.bars .d{stroke:var(--d)}.bars .p{stroke:var(--p)}.bars .m{stroke:var(--m)}.bars .n{stroke:var(--n)}
.up{text-align:right}.legend{display:flex;justify-content:space-between;color:var(--dim);font-size:.85rem}
article{margin:.6rem 0}.open{padding:.3rem 1.1rem 1rem;background:var(--card);border:1px solid var(--line);border-left:6px solid var(--c);border-radius:.7rem}
.open h3,.past h3{margin:.5rem 0 .2rem;font-size:1.05rem}.past{padding:.4rem 0;border-top:1px solid var(--line)}
.updates li{margin-top:.8rem;padding-left:.9rem;border-left:2px solid var(--line)}.stage time{margin-left:.4rem;color:var(--dim);font-size:.85rem}
#old{margin:0 0 1rem;padding:.8rem 1.1rem;border-radius:.7rem;background:var(--m);color:#fff;font-weight:600}
@media(prefers-color-scheme:dark){#old{color:#16191e}}
form{margin:1rem 0;padding:1rem 1.1rem;background:var(--card);border:1px solid var(--line);border-radius:.7rem}form h2{margin-top:0}
fieldset{margin:.8rem 0;padding:0;border:0}legend{padding:0;font-weight:600}label{display:block;padding:.25rem 0}.field input{display:block;width:100%;margin-top:.2rem;padding:.55rem .7rem;font:inherit;color:inherit;background:var(--bg);border:1px solid var(--dim);border-radius:.4rem}
button{padding:.55rem 1.1rem;font:inherit;font-weight:600;color:var(--card);background:var(--accent);border:1px solid var(--accent);border-radius:.4rem;cursor:pointer}button.plain{color:var(--accent);background:none}button:focus-visible,input:focus-visible{outline:3px solid var(--accent);outline-offset:2px}code{overflow-wrap:anywhere}
footer{margin-top:3rem;padding-top:1rem;border-top:1px solid var(--line);color:var(--dim);font-size:.85rem}footer a{margin-right:.6rem}
`;
