/**
 * Valences −4…4 of emoji that say how somebody feels, given by hand on the scale of the VADER lexicon. All other emoji
 * have the sum of the rated words of their names.
 */
const BY_VALENCE: readonly (readonly [number, string])[] = [
  // Love, hearts.
  [2.8, '😍 🥰 😻 💖 💝 💘 🫶 🤩'],
  [2.5, '❤ ♥ 💕 💞 💓 💗 💟 😘 😚 😙 😗 😽 🧡 💛 💚 💙 💜 🤎 🖤 🤍 🩷 🩵 💌 ❣'],
  // Joy, celebration.
  [2.3, '😀 😃 😄 😁 😊 ☺ 😇 🥳 😸 😺 🤗 🙌 🎉 🎊 🏆 🥇 🥂 🍾 🕺 💃'],
  [1.9, '👍 👏 👌 💯 😋 😎 😌 🙂 😉 😆 😅 🌟 ⭐ ✨ 💐 🌹 🤝 💪 🔝 🏅 🫡 😏'],
  [1.3, '😂 🤣 😹 😜 😝 😛 🤪 🙏 🤞 🤟 🤘 ✌ 🎁 🎈 🌈 ☀ 🌞 🔥 🚀 ✅ ✔ ☑ 🆒 🍀 🌸 🎂 🍻 💎'],
  // Anger, contempt.
  [-3, '🤬 🖕 🤮'],
  [-2.6, '😡 😾 👿 🤢 💔 👺 👹'],
  [-2.2, '😠 😤 👎 💩 🤡 🗑 😈 🐍 🤥 🦨'],
  [-1.8, '🙄 😒 💢 🤦 🚩 😖 😣 😫 😩 🙅 🤨 😧 😦'],
  // Grief, fear, weariness.
  [-2, '😞 😔 😟 🙁 ☹ 😢 😿 😥 😓 😰 😨 😱 🙀 😭 🥺 🤕 🤒'],
  [-1.3, '😑 😕 🫤 😬 🥱 😴 😪 🥴 😵 💀 ☠ 🐌 ❌ ✖ 🚫 ⛔ 🛑 🆘 ⚠ 🥶 🥵 😷 🦠 🙈 😳 🫠 🫥'],
  [-0.6, '😐 😶 🤷 😯 ⏳ ⌛ 🕸'],
];

/** By the first code point, as the tokeniser gives emoji. */
export const EMOJI_VALENCES: ReadonlyMap<string, number> = new Map(
  BY_VALENCE.flatMap(([valence, signs]) =>
    signs
      .split(' ')
      .map((sign) => [String.fromCodePoint(sign.codePointAt(0) as number), valence] as const),
  ),
);
