/** Names that a player could choose to make a report lie, break or run something. */
export const HOSTILE_NAMES: Readonly<Record<string, string>> = {
  markup: `<script>alert(1)</script>`,
  attribute: `"><img src=x onerror=alert(1)>'`,
  scriptEnd: `</script><!--<script>`,
  entity: `&lt;b&gt;&amp;`,
  formula: `=cmd|'/C calc'!A0`,
  plusFormula: `+1+1`,
  atFormula: `@SUM(A1)`,
  hiddenFormula: `^1=1+1`,
  terminalEscape: `\u001B[2J\u001B]0;owned\u0007red`,
  eightBitEscape: `\u009B31mred`,
  lineBreak: `two\r\nlines\u2028three`,
  nullByte: `nul\0l`,
  rightToLeft: `abc\u202Efed\u2066x`,
  zeroWidth: `a\u200Bb\uFEFFc`,
  allColours: Array.from("0123456789abcdefghijklmnopqrstuvwxyz")
    .map((code) => `^${code}${code}`)
    .join(""),
  onlyColours: `^1^2^3`,
  doubleCaret: `^^1x^`,
  emoji: `👩‍🚀🔥日本語`,
  markStack: `Z${"\u0301".repeat(40)}`,
  template: "${process.exit(1)}`%s%d",
  tab: `tab\tbed`,
  sql: `'); drop table rounds; --`,
  prototype: `__proto__`,
  long: `W`.repeat(500),
};
