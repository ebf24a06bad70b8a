/** Run by `npm run build`: compiles the Lua that the package ships, into `dist/bundles`. */
import { TRACKER_PROJECT } from "./build-tracker.ts";
import { HOST_PROJECT } from "./host-project.ts";
import { shipBundle } from "./lua-bundle.ts";

for (const project of [TRACKER_PROJECT, HOST_PROJECT]) await shipBundle(project);
