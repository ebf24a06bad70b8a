/** Times of the reader's own zone. */

/** Says of each moment, in its tip, when it is where the reader is. */
export function showLocalTimes(): void {
  const format = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
  for (const time of document.querySelectorAll("time")) {
    const date = new Date(time.dateTime);
    if (Number.isNaN(date.getTime())) continue;
    time.title = `${format.format(date)} where you are`;
  }
}
