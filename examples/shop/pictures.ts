import type { Good } from "./goods.ts";

/** Each kind has a sky. */
const skies: Record<Good["kind"], [above: string, below: string]> = {
  water: ["#bfe0e6", "#5b9fb0"],
  light: ["#3b3a5c", "#c9785a"],
  shelter: ["#d9e2c5", "#7f9a6c"],
  kitchen: ["#f6dfc0", "#d99a6c"],
  wear: ["#d8d5e3", "#8b86a8"],
  craft: ["#efe3cf", "#b99a74"],
};

const dark = "#2f2a26";
const wood = "#8a5a36";

/** The picture of each good, drawn in a field of 200 by 160. */
const drawings: Record<string, string> = {
  "river-canoe": `<path d="M0 118q25-8 50 0t50 0 50 0 50 0v42H0z" fill="#3f7f90"/>
    <path d="M24 92c6 30 34 34 76 34s70-4 76-34c-14 12-40 14-76 14s-62-2-76-14z" fill="#a4552f"/>
    <path d="M24 92c14 12 40 14 76 14s62-2 76-14" fill="none" stroke="#e8c79a" stroke-width="4"/>
    <path d="M118 54 92 130" stroke="${wood}" stroke-width="4"/><path d="M92 130l-6 14 10-2z" fill="${wood}"/>
    <path d="M0 134q25-7 50 0t50 0 50 0 50 0v26H0z" fill="#2f6b7b" opacity=".75"/>`,
  "tin-lantern": `<circle cx="100" cy="92" r="62" fill="#ffd27a" opacity=".28"/><circle cx="100" cy="92" r="38" fill="#ffd27a" opacity=".45"/>
    <path d="M78 58h44l8 70H70z" fill="#51566a"/><path d="M84 66h32l6 54H78z" fill="#ffe2a0"/>
    <path d="M100 80c10 12 9 22 0 30-9-8-10-18 0-30z" fill="#f08a3c"/><path d="M74 58l26-20 26 20z" fill="#51566a"/>
    <circle cx="100" cy="30" r="9" fill="none" stroke="#51566a" stroke-width="4"/>`,
  "wool-blanket": `<rect x="42" y="96" width="116" height="36" rx="16" fill="#b4443f"/><rect x="42" y="66" width="116" height="36" rx="16" fill="#c9584d"/>
    <path d="M62 66v36M76 66v36M126 96v36M140 96v36" stroke="#f3e6cf" stroke-width="6"/><path d="M90 66v36M112 96v36" stroke="${dark}" stroke-width="5"/>
    <rect x="48" y="44" width="104" height="28" rx="13" fill="#d9745f"/><path d="M66 44v28M80 44v28" stroke="#f3e6cf" stroke-width="6"/>`,
  "enamel-mug": `<path d="M128 70h14c14 0 14 38-2 40h-12" fill="none" stroke="#f7f4ec" stroke-width="9"/>
    <path d="M62 52h68v66c0 10-6 14-14 14H76c-8 0-14-4-14-14z" fill="#f7f4ec"/><rect x="60" y="48" width="72" height="8" rx="4" fill="#31507a"/>
    <path d="M84 42c-6-10 6-12 0-24M106 42c-6-10 6-12 0-24" fill="none" stroke="#fff" stroke-width="4" opacity=".8" stroke-linecap="round"/>
    <circle cx="78" cy="110" r="4" fill="#31507a"/>`,
  "trail-boots": `<path d="M70 40h38v46c22 6 44 10 46 32v8H66z" fill="#8d5a34"/><path d="M62 122h96v14H62z" fill="${dark}"/>
    <path d="M70 40h38v12H70z" fill="#6f4325"/><path d="M92 62l18-4M92 74l18-2M94 86l20 0" stroke="#f1d9a8" stroke-width="4" stroke-linecap="round"/>
    <path d="M120 92c12 4 20 8 24 14" fill="none" stroke="#6f4325" stroke-width="4"/>`,
  "ridge-tent": `<path d="M0 132h200v28H0z" fill="#5f7d52"/><path d="M100 40 34 134h132z" fill="#e3a24f"/><path d="M100 40l36 94h30z" fill="#c98438"/>
    <path d="M100 40 82 134h36z" fill="#4a3a2c"/><path d="M100 40 18 138M100 40l82 98" stroke="#f4ead6" stroke-width="2"/>
    <circle cx="160" cy="34" r="13" fill="#fdf3d5"/>`,
  "camp-kettle": `<path d="M60 78h80l8 50H52z" fill="#4d5560"/><path d="M60 78c0-18 80-18 80 0z" fill="#5d6672"/><circle cx="100" cy="60" r="7" fill="${wood}"/>
    <path d="M142 92l24-18 4 8-20 26z" fill="#4d5560"/><path d="M66 74c0-48 68-48 68 0" fill="none" stroke="${wood}" stroke-width="6"/>
    <path d="M70 140c4-16 10-4 14-12 6 8 10-6 16 0 6-6 10 8 16 0 4 8 10-4 14 12z" fill="#e8622c"/>`,
  "whittling-knife": `<path d="M104 88l62-44c6 14-8 34-48 60z" fill="#dfe4e8"/><path d="M104 88l62-44-56 52z" fill="#b7c0c8"/>
    <path d="M40 126c-8-8-4-16 6-22l50-28 20 26-50 28c-10 6-20 4-26-4z" fill="#b6793f"/><circle cx="60" cy="116" r="4" fill="#eedcb2"/><circle cx="86" cy="100" r="4" fill="#eedcb2"/>
    <path d="M120 134c10-8 22 0 14 6s-20-2-6-6M152 126c8-8 18 2 10 6" fill="none" stroke="#d9b583" stroke-width="4"/>`,
  "oil-jacket": `<path d="M76 36h48l34 24-12 66-16-6V96l-2 42H72l-2-42v24l-16 6-12-66z" fill="#5d6a45"/><path d="M76 36c8 14 40 14 48 0l-10 26H86z" fill="#40492f"/>
    <path d="M100 62v76" stroke="#40492f" stroke-width="4"/><path d="M78 104h14v16H78zM108 104h14v16h-14z" fill="#4c5738"/>
    <path d="M28 30l-6 14M54 14l-6 14M160 20l-6 14M184 48l-6 14M20 96l-6 14M186 104l-6 14" stroke="#6f7fa6" stroke-width="3" stroke-linecap="round"/>`,
  "brass-compass": `<circle cx="100" cy="84" r="54" fill="#b98a3a"/><circle cx="100" cy="84" r="44" fill="#fbf6e8"/><circle cx="100" cy="22" r="9" fill="none" stroke="#b98a3a" stroke-width="5"/>
    <path d="M100 46v8M100 114v8M62 84h8M130 84h8" stroke="${dark}" stroke-width="4"/>
    <path d="M114 50l-6 42-8-8z" fill="#c23f32"/><path d="M114 50l-14 34-8-2z" fill="#dd5a49"/><path d="M86 118l6-36 16 10z" fill="#44546b"/><circle cx="100" cy="84" r="5" fill="${dark}"/>`,
  "pack-raft": `<path d="M0 112q25-8 50 0t50 0 50 0 50 0v48H0z" fill="#3f7f90"/><path d="M36 92c0-22 128-22 128 0s-16 36-64 36-64-14-64-36z" fill="#e0b23c"/>
    <path d="M56 92c0-11 88-11 88 0s-14 20-44 20-44-9-44-20z" fill="#33596b"/><path d="M44 72l100 44" stroke="${wood}" stroke-width="4"/><path d="M34 66l18 4-8 10zM140 112l20 2-8 10z" fill="#c23f32"/>
    <path d="M0 132q25-7 50 0t50 0 50 0 50 0v28H0z" fill="#2f6b7b" opacity=".7"/>`,
  "beeswax-candles": `<circle cx="100" cy="44" r="34" fill="#ffd27a" opacity=".35"/>
    <rect x="88" y="60" width="24" height="76" rx="5" fill="#e7b75a"/><rect x="52" y="82" width="22" height="54" rx="5" fill="#dba548"/><rect x="126" y="74" width="22" height="62" rx="5" fill="#dba548"/>
    <path d="M100 28c9 11 8 20 0 26-8-6-9-15 0-26zM63 54c7 9 6 16 0 20-6-4-7-11 0-20zM137 46c7 9 6 16 0 20-6-4-7-11 0-20z" fill="#f9e08b"/>
    <path d="M88 66h24M52 88h22M126 80h22" stroke="#f6d78e" stroke-width="4"/><path d="M36 136h128v8H36z" fill="#6d4a30"/>`,
};

/** An inline picture: no request, no file, sharp at any size. */
export function picture({ id, name, kind }: Good): string {
  const [above, below] = skies[kind];
  return `<svg viewBox="0 0 200 160" role="img" aria-label="${name}" preserveAspectRatio="xMidYMid slice">
    <defs><linearGradient id="sky-${id}" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="${above}"/><stop offset="1" stop-color="${below}"/></linearGradient></defs>
    <rect width="200" height="160" fill="url(#sky-${id})"/>${drawings[id] ?? ""}</svg>`;
}
