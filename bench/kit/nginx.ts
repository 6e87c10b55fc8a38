/** What stands at the head of every nginx configuration here: one worker, in the foreground. */
export const nginxMain = (folder: string, name: string, connectionsMax = 4_096): string =>
  `worker_processes 1; daemon off; pid ${folder}/${name}.pid; error_log stderr crit;
events { worker_connections ${connectionsMax}; }`;

/** nginx's scratch folders beside the rest, so that it needs no rights of its own. */
export const tempPaths = (folder: string): string =>
  ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((each) => `${each}_temp_path ${folder}/${each};`)
    .join(" ");
