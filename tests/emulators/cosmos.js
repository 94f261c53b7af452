// Starts @vercel/cosmosdb-server and mends, on the way in and out, what it answers otherwise than Cosmos DB does.
// docs/decisions/0008 lists each; none of them is known outside this folder.
"use strict";
const path = require("node:path");
const { Readable } = require("node:stream");

const modules = path.join(process.argv[2], "node_modules");
const { createHttpServer } = require(path.join(modules, "@vercel/cosmosdb-server"));
const Items = require(path.join(modules, "@vercel/cosmosdb-server/lib/account/items")).default;

// A document's key is (organizationId, id), also where an id looks like another document's resource id.
Items.prototype._toRid = function (keyPath, value, partition) {
  return this._index.get(this._getId(keyPath, value, partition));
};
Items.prototype._getId = (keyPath, id, partition) => JSON.stringify([partition || id, keyPath, id]);

console.error = () => {}; // it prints every refused request

const server = createHttpServer({ keepAlive: true });
server.keepAliveTimeout = 60_000;
const [answer] = server.listeners("request");
server.removeAllListeners("request");
server.on("request", (request, response) => {
  const end = response.end.bind(response);
  response.end = (body) => {
    // A read of a missing item answers 500 "Cannot read properties of undefined".
    if (response.statusCode === 500 && request.method === "GET" && /reading '|of undefined/.test(body)) {
      response.statusCode = 404;
      body = JSON.stringify({ code: "NotFound", message: "Entity with the specified id does not exist." });
    }
    return end(body);
  };
  // It asks a query for the whole partition key; the first part of a hierarchical one is enough.
  if (request.headers["x-ms-documentdb-isquery"]) request.headers["x-ms-documentdb-query-enablecrosspartition"] = "true";
  if (request.method === "POST" && /\/colls\/?$/.test(request.url)) return createContainer(request, response);
  return answer(request, response);
});

// A composite index serves its reverse too; the server takes only the very order it was given.
function createContainer(request, response) {
  const parts = [];
  request.on("data", (part) => parts.push(part));
  request.on("end", () => {
    const body = JSON.parse(Buffer.concat(parts));
    const indexes = body.indexingPolicy?.compositeIndexes ?? [];
    const reversed = { ascending: "descending", descending: "ascending" };
    const turned = indexes.map((one) => one.map(({ path, order }) => ({ path, order: reversed[order ?? "ascending"] })));
    if (body.indexingPolicy) body.indexingPolicy.compositeIndexes = [...indexes, ...turned];
    const text = Buffer.from(JSON.stringify(body));
    const copy = Object.assign(Readable.from([text]), { method: request.method, url: request.url, headers: { ...request.headers, "content-length": String(text.length) } });
    answer(copy, response);
  });
}

server.listen(Number(process.argv[3]), "127.0.0.1", () => console.log("ready"));
