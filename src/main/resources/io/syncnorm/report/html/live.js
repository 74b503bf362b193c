// Follows a run: asks for what has changed and puts it in its place, without a reload.
(() => {
  "use strict";
  const EVERY_MILLIS = 1000;
  const LOST_EVERY_MILLIS = 5000;
  const DEADLINE_MILLIS = 30000;
  const PATIENCE = 3;
  let failures = 0;

  const live = () => document.getElementById("live");

  // Replaces children that differ; equal ones keep their focus, selection and scroll position.
  function merge(into, from) {
    [...from.children].forEach((next, index) => {
      const old = next.id
        ? [...into.children].find((child) => child.id === next.id)
        : into.children[index];
      if (!old) {
        into.insertBefore(next, into.children[index] ?? null);
      } else if (old.outerHTML !== next.outerHTML) {
        const boxes = old.querySelectorAll(".scroll, pre");
        const lefts = [...boxes].map((box) => box.scrollLeft);
        old.replaceWith(next);
        next.querySelectorAll(".scroll, pre").forEach((box, i) => (box.scrollLeft = lefts[i] ?? 0));
      }
    });
  }

  function show(update) {
    const header = document.querySelector("header");
    const main = document.querySelector("main");
    const top = (element) => element.getBoundingClientRect().top;
    // What the reader looks at stays where it is, even if something above it grows.
    const read =
      header.getBoundingClientRect().bottom > 0
        ? undefined
        : [...main.children].find((section) => section.getBoundingClientRect().bottom > 0);
    const before = read && top(read);
    merge(header, update.querySelector("header"));
    const sections = update.querySelector("main");
    if (sections) {
      merge(main, sections);
    }
    const after = read && document.getElementById(read.id);
    if (after) {
      scrollBy({ top: top(after) - before, behavior: "instant" });
    }
    const next = update.getElementById("live");
    Object.assign(live().dataset, next.dataset);
    if (live().textContent !== next.textContent) {
      live().textContent = next.textContent;
    }
  }

  async function follow() {
    try {
      const answer = await fetch("state?revision=" + live().dataset.revision, {
        cache: "no-store",
        signal: AbortSignal.timeout(DEADLINE_MILLIS),
      });
      if (!answer.ok) {
        throw new Error("HTTP status " + answer.status);
      }
      show(new DOMParser().parseFromString(await answer.text(), "text/html"));
      failures = 0;
    } catch (error) {
      failures++;
      if (failures === PATIENCE) {
        live().dataset.state = "lost";
        live().textContent =
          "No connection to the run since " +
          new Date().toLocaleTimeString() +
          ". If the run has ended, its directory has the report. This is the last state received.";
      }
    }
    if (live().dataset.state !== "ended") {
      setTimeout(follow, failures < PATIENCE ? EVERY_MILLIS : LOST_EVERY_MILLIS);
    }
  }

  if (live().dataset.state !== "ended") {
    setTimeout(follow, EVERY_MILLIS);
  }
})();
