"use strict";
/* What a page does: it unpacks its data, writes tables as text, and hands rows to Vega. Nothing is ever written as markup. */
(() => {
  const BASELINE = "none";
  const NOTHING = "–";
  const FAMILIES = { oversampler: "Oversamplers", control: "Controls: without synthetic rows" };
  const SECONDS = { name: "seconds", heading: "seconds", better: "lower", percent: false };
  const LIFT = "lift_over_threshold";
  const MOST_CELLS = 500;
  const SCORED = new Set(["ok", "partial", "declined"]);
  const MANY = 24;
  const byId = (id) => document.getElementById(id);

  /** Make an element with attributes and children; children that are strings become text. */
  function make(tag, attributes = {}, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value !== null && value !== false) made.setAttribute(name, value === true ? "" : value);
    }
    made.append(...children);
    return made;
  }

  async function unpack() {
    const letters = atob(byId("packed").textContent);
    const bytes = Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return JSON.parse(await new Response(stream).text());
  }

  function start({ content, charts }) {
    const measures = new Map(content.measures.map((each) => [each.name, each]));
    const state = { table: null, sorted: LIFT, falling: true };
    const views = new Map();
    for (const each of content.measures) {
      if (!views.has(each.view)) views.set(each.view, []);
      views.get(each.view).push(each);
    }

    // Numbers as the leaderboard writes them: rates in percent with two decimals, others with four.
    function write(value, measure, sign = false) {
      if (value === null || value === undefined) return NOTHING;
      let text;
      if (measure.name === "seconds") text = value >= 10 ? value.toFixed(0) : value.toPrecision(2);
      else if (measure.name === "n_synthetic") text = value.toLocaleString("en", { maximumFractionDigits: 0 });
      else text = measure.percent ? (value * 100).toFixed(2) : value.toFixed(4);
      if (!/[1-9]/.test(text)) return text.replace("-", "");
      return sign && value > 0 ? `+${text}` : text;
    }

    const scale = (measure) => (measure.percent ? 100 : 1);
    const heading = (measure) => measure.heading + (measure.percent ? "\u00a0%" : "");
    const arrow = (measure) => (measure.better === null ? "" : measure.ideal !== null && measure.ideal !== undefined ? `→ ${measure.ideal}` : measure.better === "lower" ? "↓" : "↑");

    // Which contenders are shown: those of the families and names asked for.
    function shown(rows) {
      const part = byId("filter").value.trim().toLowerCase();
      const roles = new Set([...document.querySelectorAll(".role:checked")].map((box) => box.value));
      return rows.filter((row) => roles.has(row.role) && row.contender.toLowerCase().includes(part));
    }

    const there = (row) => Object.values(row.mean).some((value) => value !== null);

    /* Menus */
    function fill(select, options) {
      const before = select.value;
      select.replaceChildren(...options.map(([value, text]) => make("option", { value }, text)));
      if (options.some(([value]) => String(value) === before)) select.value = before;
    }

    function learnersOf(dataset) {
      return content.tables.filter((each) => each.dataset === dataset).map((each) => each.classifier);
    }

    function choose() {
      const dataset = byId("dataset").value;
      fill(byId("classifier"), learnersOf(dataset).map((name) => [name, name]));
      const classifier = byId("classifier").value;
      state.table = content.tables.findIndex((each) => each.dataset === dataset && each.classifier === classifier);
      draw();
    }

    /* The leaderboard */
    function columns() {
      const own = views.get(byId("view").value) || [];
      return byId("view").value === "scores" ? [...own, SECONDS] : own;
    }

    function key(row, name) {
      if (name === "contender") return row.contender;
      if (name === "seconds") return row.seconds;
      if (name === LIFT) return row.lift ? row.lift.mean : row.contender === BASELINE ? 0 : null;
      return row.mean[name] ?? null;
    }

    function sorted(rows) {
      const measure = measures.get(state.sorted);
      const of = (row) => {
        const value = key(row, state.sorted);
        return value !== null && measure && measure.ideal !== null ? Math.abs(value - measure.ideal) : value;
      };
      return [...rows].sort((one, other) => {
        const [a, b] = [of(one), of(other)];
        if (a === null || b === null) return (a === null) - (b === null);
        const order = typeof a === "string" ? a.localeCompare(b) : a - b;
        return state.falling ? -order : order;
      });
    }

    function sortBy(name) {
      const measure = name === "seconds" ? SECONDS : measures.get(name);
      if (state.sorted === name) state.falling = !state.falling;
      else {
        state.sorted = name;
        state.falling = name !== "contender" && measure.better !== "lower";
      }
      drawBoard();
      drawChart("ranks");
      byId("board").querySelector(`button[data-name="${CSS.escape(name)}"]`).focus();
    }

    function head(name, text, numeric) {
      const order = state.sorted === name ? (state.falling ? "descending" : "ascending") : "none";
      const mark = { descending: "\u00a0▼", ascending: "\u00a0▲", none: "" }[order];
      const button = make("button", { type: "button", "data-name": name }, text + mark);
      button.addEventListener("click", () => sortBy(name));
      return make("th", { scope: "col", class: numeric ? "number" : null, "aria-sort": order }, button);
    }

    function number(row, measure) {
      const link = (text) => (content.cells && text !== NOTHING && measure.name in content.cells.numbers
        ? make("a", { href: `#cells/${state.table}/${encodeURIComponent(row.contender)}/${encodeURIComponent(measure.name)}` }, text) : text);
      const cell = make("td", { class: row.best.includes(measure.name) ? "number best" : "number", "data-measure": measure.name });
      if (measure.name === LIFT) {
        const lift = row.lift;
        if (!lift) { cell.append(row.contender === BASELINE ? "0" : NOTHING); return cell; }
        if (lift.word.startsWith("better")) cell.classList.add("best");
        cell.append(link(write(lift.mean, measure, true)));
        if (lift.word) cell.append(" ", make("span", { class: "word" }, lift.word));
        if (lift.low === null && (row.sd[LIFT] ?? null) !== null) cell.append(make("span", { class: "spread" }, ` ± ${write(row.sd[LIFT], measure)}`));
        if (lift.low !== null) cell.append(make("span", { class: "spread" }, ` [${write(lift.low, measure, true)}, ${write(lift.high, measure, true)}]`));
        return cell;
      }
      const value = measure.name === "seconds" ? row.seconds : row.mean[measure.name];
      cell.append(link(write(value ?? null, measure)));
      const spread = row.sd[measure.name];
      if (spread !== null && spread !== undefined) cell.append(make("span", { class: "spread" }, ` ± ${write(spread, measure)}`));
      if (row.lacking[measure.name]) cell.append(make("span", { class: "spread" }, ` (${row.lacking[measure.name]})`));
      return cell;
    }

    function label(row) {
      const notes = [...row.marks, ...(/ of /.test(row.seeds) ? [/\d$/.test(row.seeds) ? `${row.seeds} seeds` : row.seeds] : [])];
      const cell = make("th", { scope: "row" });
      for (const part of row.contender.split(/(?<=[,[])/)) cell.append(part, make("wbr"));
      if (notes.length) cell.append(` (${notes.join(", ")})`);
      if (row.about) cell.append(make("span", { class: "about" }, row.about));
      return cell;
    }

    function drawBoard() {
      const table = content.tables[state.table];
      const asked = columns();
      const heads = [head("contender", "contender", false), ...asked.map((each) => head(each.name, `${heading(each)}\u00a0${arrow(each)}`.trim(), true))];
      const bodies = Object.entries(FAMILIES).map(([role, title]) => {
        const rows = sorted(shown(table.rows).filter((row) => row.role === role && there(row)));
        const body = make("tbody");
        if (!rows.length) return body;
        body.append(make("tr", { class: "family" }, make("th", { scope: "rowgroup", colspan: asked.length + 1 }, title)));
        for (const row of rows) body.append(make("tr", { "data-contender": row.contender }, label(row), ...asked.map((each) => number(row, each))));
        return body;
      });
      const caption = `${table.dataset} · ${table.classifier}`;
      byId("board").replaceChildren(make("thead", {}, make("tr", {}, ...heads)), ...bodies.filter((body) => body.children.length));
      byId("board").setAttribute("aria-label", caption);
      byId("of").textContent = `${caption}, mean over ${table.of}${table.rows.some((row) => Object.values(row.sd).some((value) => value !== null)) ? " ± standard deviation" : ""}.`;
    }

    /* The cells */
    function cellsOf(place) {
      const own = content.tables[place];
      const from = new Set(content.tables.keys());
      for (const [at, each] of content.tables.entries()) {
        if (own.over_sources ? each.classifier !== own.classifier : at !== place) from.delete(at);
      }
      const found = [];
      const all = content.cells;
      for (let index = 0; all && index < all.table.length; index++) if (from.has(all.table[index])) found.push(index);
      return found;
    }

    function drawCells(contender = null, measure = null) {
      if (!content.cells) return;
      const all = content.cells;
      const visible = new Set(shown(content.tables[state.table].rows).map((row) => row.contender));
      const wanted = cellsOf(state.table).filter((index) => (contender === null ? visible.has(all.contender[index]) : all.contender[index] === contender));
      const known = (name) => (name === "seconds" ? SECONDS : measures.get(name));
      const names = columns().map((each) => each.name).filter((name) => name in all.numbers);
      const table = content.tables[state.table];
      const words = [...(table.over_sources ? ["data set"] : []), "contender", "ended"];
      const titles = [...words, "seed", ...names.map((name) => heading(known(name)))];
      const head = make("tr", {}, ...titles.map((title, at) => make("th", { scope: "col", class: at < words.length ? null : "number" }, title)));
      const body = make("tbody");
      for (const index of wanted.slice(0, MOST_CELLS)) {
        const numbers = names.map((name) => make("td", { class: name === measure ? "number chosen" : "number", "data-measure": name }, write(all.numbers[name][index], known(name))));
        const said = [...(table.over_sources ? [content.tables[all.table[index]].dataset] : []), all.contender[index], all.status[index]];
        body.append(make("tr", {}, ...said.map((text) => make("td", {}, text)), make("td", { class: "number" }, String(all.seed[index])), ...numbers));
      }
      byId("list").setAttribute("aria-label", `Cells of ${table.dataset} · ${table.classifier}`);
      byId("list").replaceChildren(make("thead", {}, head), body);
      const more = wanted.length > MOST_CELLS ? `, the first ${MOST_CELLS} of them` : "";
      byId("which").replaceChildren(`${wanted.length} cells of ${table.dataset} · ${table.classifier}${contender === null ? "" : ` · ${contender}`}${more}. `);
      if (contender !== null) {
        const back = make("button", { type: "button" }, "all contenders");
        back.addEventListener("click", () => { location.hash = "#cells"; drawCells(); });
        byId("which").append(back);
      }
    }

    function follow() {
      let parts;
      try {
        parts = location.hash.slice(1).split("/").map(decodeURIComponent);
      } catch {
        return; // somebody's own, or cut short
      }
      const [place, table, contender, measure] = parts;
      if (place !== "cells" || contender === undefined || !content.tables[Number(table)]) return;
      const { dataset, classifier } = content.tables[Number(table)];
      if (state.table !== Number(table)) {
        byId("dataset").value = dataset;
        fill(byId("classifier"), learnersOf(dataset).map((name) => [name, name]));
        byId("classifier").value = classifier;
        state.table = Number(table);
        draw();
      }
      const view = measures.has(measure) ? measures.get(measure).view : "scores";
      if (byId("view").value !== view) {
        byId("view").value = view;
        drawBoard();
      }
      drawCells(contender, measure);
      byId("cells").scrollIntoView();
      byId("cells-title").setAttribute("tabindex", "-1");
      byId("cells-title").focus({ preventScroll: true });
    }

    /* Pictures: each gives the rows of its data by name, or nothing where there is nothing to show. */
    const percent = (value) => (value === null || value === undefined ? null : value * 100);
    const rowsHere = () => shown(content.tables[state.table].rows).filter(there);

    const data = {
      tradeoff() {
        const table = content.tables[state.table];
        const points = rowsHere().filter((row) => (row.mean.error_negative ?? null) !== null).map((row) => ({
          contender: row.contender, role: row.role,
          error_negative: percent(row.mean.error_negative), error_positive: percent(row.mean.error_positive),
          alarms_low: percent((row.ends.error_negative || [])[0]), alarms_high: percent((row.ends.error_negative || [])[1]),
          misses_low: percent((row.ends.error_positive || [])[0]), misses_high: percent((row.ends.error_positive || [])[1]),
          lift: row.lift ? write(row.lift.mean, measures.get(LIFT), true) : row.contender === BASELINE ? "0" : NOTHING,
        }));
        if (!points.length) return null;
        const ends = (name) => points.map((point) => point[name]);
        const around = (values) => {
          const margin = Math.max(2, 0.25 * (Math.max(...values) - Math.min(...values)));
          return [Math.min(...values) - margin, Math.max(...values) + margin];
        };
        const [left, right] = around(ends("error_negative"));
        const [low, high] = around(ends("error_positive"));
        const roc = table.roc.map(([alarms, misses]) => ({ error_negative: alarms * 100, error_positive: misses * 100 }))
          .filter((at) => at.error_negative >= left && at.error_negative <= right && at.error_positive >= low && at.error_positive <= high);
        return { points, bars: points.filter((point) => point.alarms_low !== null), roc };
      },
      seeds() {
        const measure = measures.get(byId("seeds-measure").value);
        if (!content.cells || !measure || content.tables[state.table].over_sources) return null;
        const all = content.cells;
        const values = all.numbers[measure.name];
        const paired = byId("paired").checked;
        const rows = new Map(rowsHere().map((row) => [row.contender, row]));
        const cells = cellsOf(state.table).filter((index) => SCORED.has(all.status[index]));
        const base = new Map(cells.filter((index) => all.contender[index] === BASELINE).map((index) => [all.seed[index], values[index]]));
        const dots = [];
        for (const index of cells) {
          const row = rows.get(all.contender[index]);
          const other = paired ? base.get(all.seed[index]) : 0;
          if (!row || values[index] === null || other === null || other === undefined) continue;
          dots.push({ contender: row.contender, role: row.role, seed: all.seed[index], value: (values[index] - other) * scale(measure) });
        }
        if (!dots.length) return null;
        const sums = new Map();
        for (const dot of dots) {
          const found = sums.get(dot.contender) || { contender: dot.contender, role: dot.role, sum: 0, n: 0 };
          found.sum += dot.value; found.n += 1;
          sums.set(dot.contender, found);
        }
        const means = [...sums.values()].map((each) => ({ contender: each.contender, role: each.role, value: each.sum / each.n }));
        means.sort((one, other) => (measure.better === "lower" ? one.value - other.value : other.value - one.value));
        const order = new Map(means.map((each, at) => [each.contender, at]));
        dots.sort((one, other) => order.get(one.contender) - order.get(other.contender));
        return { dots, means };
      },
      reliability() {
        const bins = rowsHere().flatMap((row) => row.bins.map(([probability, positive, n]) => ({ contender: row.contender, probability, positive, rows: n })));
        return bins.length ? { bins } : null;
      },
      cost() {
        const costs = rowsHere().filter((row) => row.costed && row.seconds > 0).map((row) => {
          const [low, high] = row.ends[LIFT] || (row.lift ? [row.lift.low, row.lift.high] : [null, null]);
          return { contender: row.contender, seconds: row.seconds, lift: row.lift ? percent(row.lift.mean) : 0, low: percent(low), high: percent(high), front: row.front };
        });
        return costs.length > 1 ? { costs, bars: costs.filter((each) => each.low !== null), front: costs.filter((each) => each.front) } : null;
      },
      scarcity() {
        const measure = measures.get(byId("scarcity-measure").value);
        const series = seriesHere();
        if (!series || !measure) return null;
        const shares = series.tables.flatMap(([share, place]) => shown(content.tables[place].rows)
          .map((row) => ({ contender: row.contender, share: share * 100, value: measure.name === LIFT && row.contender === BASELINE ? 0 : row.mean[measure.name] }))
          .filter((each) => (each.value ?? null) !== null).map((each) => ({ ...each, value: each.value * scale(measure) })));
        return shares.length ? { shares } : null;
      },
      ranks() {
        const ranks = sorted(rowsHere()).flatMap((row) => Object.entries(row.ranks).map(([name, rank]) => ({ contender: row.contender, measure: measures.get(name) ? measures.get(name).heading : name, rank })));
        return ranks.length ? { ranks } : null;
      },
      rows() {
        const names = (views.get("synthetic rows") || []).filter((each) => each.name !== "n_synthetic");
        const rows = rowsHere().filter((row) => row.mean.n_synthetic > 0).flatMap((row) => names
          .filter((each) => (row.mean[each.name] ?? null) !== null)
          .map((each) => ({ contender: row.contender, measure: each.heading, value: row.mean[each.name] })));
        return rows.length ? { rows } : null;
      },
    };

    function colours() {
      const style = getComputedStyle(document.documentElement);
      const [ink, line] = ["--ink", "--line"].map((name) => style.getPropertyValue(name).trim());
      const axis = { labelColor: ink, titleColor: ink, gridColor: line, domainColor: line, tickColor: line };
      return { background: "transparent", view: { stroke: line }, axis, legend: { labelColor: ink, titleColor: ink, labelLimit: 330 }, font: "system-ui, sans-serif" };
    }

    function seriesHere() {
      return content.series.find((each) => each.tables.some(([, place]) => place === state.table));
    }

    // Of a picture over several tables, those of all of them: one may have raced on some alone.
    function contendersOf(name) {
      const places = name === "scarcity" ? seriesHere().tables.map(([, place]) => place) : [state.table];
      return [...new Set(places.flatMap((place) => content.tables[place].rows.map((row) => row.contender)))];
    }

    // A contender keeps its colour and shape, whichever others are shown.
    function named(spec, all, found) {
      const names = all.filter((name) => Object.values(found).some((rows) => rows.some((row) => row.contender === name)));
      return JSON.parse(JSON.stringify(spec), (key, value) => {
        if (!value || value.field !== "contender" || !value.scale || !value.scale.range) return value;
        const { range } = value.scale;
        return { ...value, scale: { domain: names, range: names.map((name) => range[all.indexOf(name) % range.length]) } };
      });
    }

    const drawn = new Map();
    const inSight = new Set();
    const narrow = () => window.innerWidth < 640;

    // One drawing of a picture after the other: Vega takes its time, and the last that was asked for must be what is seen.
    const queue = new Map();
    function drawChart(name) {
      stale.delete(name);
      const next = (queue.get(name) || Promise.resolve()).then(() => drawNow(name)).catch((error) => console.error(error));
      queue.set(name, next);
      return next;
    }

    async function drawNow(name) {
      const found = data[name]();
      byId(name).hidden = !offered(name, found);
      const before = drawn.get(name);
      if (before) before.finalize();
      drawn.delete(name);
      if (found === null) {
        byId(`${name}-chart`).replaceChildren(make("p", {}, "There are no values of this."));
        return;
      }
      for (const part of byId(name).querySelectorAll("[data-if]")) part.hidden = !(found[part.dataset.if] || []).length;
      const spec = named(charts[name], contendersOf(name), found);
      spec.datasets = { ...spec.datasets, ...found };
      if (spec.height.step) spec.height = spec.height.step * new Set(Object.values(found)[0].map((row) => row.contender)).size;
      if (spec.layer) spec.layer = spec.layer.filter((layer) => !(layer.data && found[layer.data.name] && !found[layer.data.name].length));
      const config = colours();
      config.axisY = { labelLimit: narrow() ? 150 : 360 };
      const many = contendersOf(name).length;
      if (!narrow() && many > MANY) config.legend = { ...config.legend, orient: "bottom", columns: Math.floor(byId(`${name}-chart`).clientWidth / 270) };
      if (narrow()) {
        const long = content.tables[state.table].rows.some((row) => row.contender.length > 20);
        config.legend = { ...config.legend, orient: "bottom", columns: long ? 1 : 2 };
      }
      const label = `${byId(`${name}-title`).textContent}, ${content.tables[state.table].dataset} · ${content.tables[state.table].classifier}`;
      const made = await vegaEmbed(byId(`${name}-chart`), { ...spec, description: label }, { actions: false, renderer: "svg", config, tooltip: { theme: document.documentElement.dataset.scheme } });
      drawn.set(name, made);
    }

    // Where a menu chooses the measure, one without values must not take the menu away.
    function offered(name, found) {
      if (name === "seeds") return Boolean(content.cells) && !content.tables[state.table].over_sources;
      return name === "scarcity" ? Boolean(seriesHere()) : found !== null;
    }

    // What is out of sight is drawn when there is nothing else to do, so that all is there when somebody prints it.
    function later() {
      if (!window.requestIdleCallback) return;
      window.requestIdleCallback(() => {
        const name = [...stale].find((each) => !byId(each).hidden);
        if (name) drawChart(name).then(later);
      });
    }

    // Only what can be seen is drawn; the rest when it comes into sight.
    const sight = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) {
        const name = target.id.replace(/-chart$/, "");
        if (!isIntersecting) { inSight.delete(name); continue; }
        inSight.add(name);
        if (stale.has(name)) drawChart(name);
      }
    }, { rootMargin: "300px" });
    const stale = new Set(Object.keys(charts));

    function drawCharts() {
      for (const name of Object.keys(charts)) {
        byId(name).hidden = !offered(name, data[name]());
        stale.add(name);
        if (inSight.has(name) && !byId(name).hidden) drawChart(name);
      }
      contents();
      later();
    }

    function contents() {
      const sections = [...document.querySelectorAll("main > section[id]")].filter((each) => !each.hidden);
      byId("contents").replaceChildren(...sections.map((each) => make("li", {}, make("a", { href: `#${each.id}` }, each.querySelector("h2").textContent))));
    }

    function draw() {
      drawBoard();
      drawCells();
      drawCharts();
    }

    function scheme(name) {
      document.documentElement.dataset.scheme = name;
      byId("scheme").textContent = name === "dark" ? "Light" : "Dark";
    }

    /* Begin */
    scheme(window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
    byId("scheme").addEventListener("click", () => {
      scheme(document.documentElement.dataset.scheme === "dark" ? "light" : "dark");
      drawCharts();
    });
    fill(byId("dataset"), [...new Set(content.tables.map((each) => each.dataset))].map((name) => [name, name]));
    fill(byId("view"), [...views.keys()].map((name) => [name, name]));
    const ofCells = content.cells ? (views.get("scores") || []).filter((each) => each.name in content.cells.numbers) : [];
    fill(byId("seeds-measure"), ofCells.map((each) => [each.name, heading(each)]));
    fill(byId("scarcity-measure"), (views.get("scores") || []).map((each) => [each.name, heading(each)]));
    byId("asked").addEventListener("submit", (event) => event.preventDefault());
    byId("dataset").addEventListener("change", choose);
    byId("classifier").addEventListener("change", choose);
    byId("filter").addEventListener("input", draw);
    for (const box of document.querySelectorAll(".role")) box.addEventListener("change", draw);
    byId("view").addEventListener("change", () => { drawBoard(); drawCells(); });
    byId("described").addEventListener("change", (event) => byId("board").classList.toggle("described", event.target.checked));
    for (const id of ["seeds-measure", "paired"]) byId(id).addEventListener("change", () => drawChart("seeds"));
    byId("scarcity-measure").addEventListener("change", () => drawChart("scarcity"));
    window.addEventListener("hashchange", follow);
    byId("board").addEventListener("click", (event) => {
      const link = event.target.closest("a");
      if (link && link.getAttribute("href") === location.hash) follow(); // again, which changes no address
    });
    if (content.tables.length) {
      choose();
      for (const name of Object.keys(charts)) sight.observe(byId(`${name}-chart`));
      follow();
    }
    document.documentElement.dataset.ready = String(Math.round(performance.now()));
  }

  unpack().then(start).catch((error) => {
    byId("of").textContent = `This page could not be shown; it needs a browser of 2023 or later (${error.message}).`;
    document.documentElement.dataset.failed = String(error.stack);
  });
})();
