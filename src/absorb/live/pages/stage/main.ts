import type { StageTold } from "../../contract/stage.ts";
import { el, runHere, say } from "../dom.ts";
import { keepHearing } from "./line.ts";
import { Scene } from "./scene.ts";

const silentMs = 3_000;

const root = document.querySelector("main") ?? document.body;
const scene = new Scene(root);
const lost = el("p", "lost", "");
lost.setAttribute("role", "status");
document.body.append(lost);

let isRefused = false;
let told: StageTold | undefined;
/** How far the node's clock is ahead of this one's: the least delayed message of all tells best. */
let aheadMs = -Infinity;
let heardAt = 0;

function hear(text: string): void {
  told = JSON.parse(text) as StageTold;
  aheadMs = Math.max(aheadMs, told.at - Date.now());
  heardAt = performance.now();
}

// What opens the stage comes behind the "#", so that it is in no log of any server between.
const token = new URLSearchParams(location.hash.slice(1)).get("t") ?? "";
keepHearing({
  url: `/live/${runHere()}/stage?t=${encodeURIComponent(token)}`,
  hear,
  refused: (now) => (isRefused = now),
});

function draw(): void {
  lost.hidden = heardAt > 0 && performance.now() - heardAt < silentMs;
  say(lost, isRefused ? "The link of this screen is not good any more" : "One moment…");
  if (told) scene.show(told, Date.now() + aheadMs);
  requestAnimationFrame(draw);
}
draw();

document.addEventListener("keydown", ({ key }) => {
  if (key !== "f") return;
  if (document.fullscreenElement) void document.exitFullscreen();
  else void document.documentElement.requestFullscreen();
});
