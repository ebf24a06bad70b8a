/** A web server for looking at a site: files of one folder, on this machine alone. */
import { createReadStream, statSync } from "node:fs";
import { createServer, type Server } from "node:http";
import path from "node:path";

import { messageOf, ProxError } from "../errors.ts";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".jpeg": "image/jpeg",
  ".webp": "image/webp",
  ".xml": "application/xml; charset=utf-8",
  ".txt": "text/plain; charset=utf-8",
};

/** The file that an address names; undefined for none, and for what no site shows. */
function fileOf(folder: string, address: string): string | undefined {
  let name: string;
  try {
    name = decodeURIComponent(new URL(address, "http://localhost").pathname);
  } catch {
    return undefined;
  }
  const parts = name.split("/").filter((part) => part !== "");
  if (name.includes("\0") || name.includes("\\") || parts.some((part) => part.startsWith(".")))
    return undefined;
  const file = path.join(folder, ...parts, ...(name.endsWith("/") ? ["index.html"] : []));
  return statSync(file, { throwIfNoEntry: false })?.isFile() === true ? file : undefined;
}

/** Serves a folder on loopback. Returns the server and its address. Throws `E_USAGE` where the port is taken. */
export async function serveSite(folder: string, port: number): Promise<{ server: Server; address: string }> {
  const server = createServer((request, response) => {
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.writeHead(405, { allow: "GET, HEAD" }).end();
      return;
    }
    const address = request.url ?? "/";
    const found = fileOf(folder, address);
    if (found === undefined && !address.endsWith("/") && fileOf(folder, `${address}/`) !== undefined) {
      response.writeHead(301, { location: `${new URL(address, "http://localhost").pathname}/` }).end();
      return;
    }
    const file = found ?? fileOf(folder, "/404.html");
    const type = TYPES[path.extname(file ?? "").toLowerCase()] ?? "application/octet-stream";
    response.writeHead(found === undefined ? 404 : 200, {
      "content-type": file === undefined ? "text/plain" : type,
      "cache-control": "no-cache",
      "x-content-type-options": "nosniff",
    });
    if (file === undefined || request.method === "HEAD") response.end();
    else
      createReadStream(file)
        .on("error", () => response.destroy())
        .pipe(response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  }).catch((cause: unknown) => {
    throw new ProxError("E_USAGE", `cannot listen on port ${port}: ${messageOf(cause)}`, {
      suggestions: ["choose another port with --port; 0 takes any that is free"],
      cause,
    });
  });
  const bound = server.address();
  const at = typeof bound === "object" && bound !== null ? bound.port : port;
  return { server, address: `http://127.0.0.1:${at}/` };
}
