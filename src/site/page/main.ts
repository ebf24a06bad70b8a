/** What a script adds to the pages of a site: tables that can be sorted, times of the reader's own zone, search. */
import { linkFiles } from "./files.ts";
import { startSearch } from "./search.ts";
import { makeSortable } from "./sort.ts";
import { showLocalTimes } from "./times.ts";

for (const table of document.querySelectorAll("table")) makeSortable(table);
showLocalTimes();
startSearch();
// After all links are there.
linkFiles(document);
