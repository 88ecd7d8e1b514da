// Reading what Python packed, and names as people read them.
"use strict";

/** A typed array from what Python's `_array` and `_floats` wrote. */
function decoded({ type, data }) {
  const types = { Uint8Array, Uint16Array, Uint32Array, Float32Array, Float64Array };
  return new types[type](bytesOf(data).buffer);
}

function bytesOf(base64) {
  const text = atob(base64), bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

async function inflated(base64) {
  if (typeof DecompressionStream === "undefined") return null;
  const stream = new Blob([bytesOf(base64)]).stream().pipeThrough(new DecompressionStream("deflate"));
  return JSON.parse(await new Response(stream).text());
}

function append(lists, key, value) {
  if (lists.has(key)) lists.get(key).push(value);
  else lists.set(key, [value]);
}

/** As `readable_name` in Python; counted in characters, so that no emoji is cut in two. */
function readableName(name, longest) {
  const synset = name.length < 200 ? /^(.+)\.[nvars]\.\d+$/s.exec(name) : null;
  const ofPython = name.length < 200 ? /^<(?:class|enum|flag) '(?:[^']+\.)?(\w+)'>$|^<(?:[^ ]+\.)?(\w+) object at 0x[0-9a-f]+>$/.exec(name) : null;
  const text = synset ? synset[1].replaceAll("_", " ") : ofPython ? ofPython[1] || ofPython[2] : name;
  return endOrBeginning(text.split(/\s+/).filter(Boolean).join(" "), longest);
}

/** The beginning of what is too long, but of a path, an address or a dotted name the end, where siblings differ. */
function endOrBeginning(text, longest) {
  if (text.length > longest && (!text.includes(" ") || text[0] === "/")) {
    const end = Array.from(text).slice(1 - longest).join("");
    const step = end.search(/[/\\#]/);
    const part = step >= 0 ? step : end.search(/[.:]/);
    if (Array.from(text).length > longest && part >= 0 && Array.from(end.slice(part)).length >= 10) return `…${end.slice(part)}`;
  }
  return shortened(text, longest);
}

/** Text of at most so many characters; what is cut off ends in an ellipsis. */
function shortened(text, longest) {
  const characters = text.length > longest ? Array.from(text) : null;
  return characters && characters.length > longest ? characters.slice(0, longest - 1).join("") + "…" : text;
}

/** Text that may begin on the right, in marks that keep its direction its own: between others, and where nothing else says it. */
const isolated = (text) => (/[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/.test(text) ? `\u2068${text}\u2069` : text);

/** A whole number with its thousands apart, another one with four digits at most. */
const numberInWords = (value) => value.toLocaleString("en", { maximumSignificantDigits: Number.isInteger(value) ? 17 : 4 });
