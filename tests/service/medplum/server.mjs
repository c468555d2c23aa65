// A FHIR server of other people: the router and the repository of Medplum, behind the HTTP of Node.js.
//
// stdin holds {"name": [resources]}; each name is a server of its own, at /name. The line on stdout is the port.
// It ends when stdin does.
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { FhirRouter, MemoryRepository, makeSimpleRequest } from '@medplum/fhir-router';
import { getStatus } from '@medplum/core';
import { index } from './definitions.mjs';

// Medplum finds nothing for the id alone, which FHIR allows: patient=p1 is patient=Patient/p1.
function asMedplumHasIt(url) {
  return url.replace(/([?&]patient=)(?!Patient(?:\/|%2F))/, '$1Patient/');
}

const repositories = new Map();
const router = new FhirRouter();

async function answer(request, response) {
  const [, name, path] = /^\/([^/]+)\/(.*)$/.exec(request.url) ?? [];
  const repository = repositories.get(name);
  const [outcome, resource] = repository
    ? await router.handleRequest(makeSimpleRequest(request.method, `/${asMedplumHasIt(path)}`), repository)
    : [{ resourceType: 'OperationOutcome', id: 'not-found', issue: [{ severity: 'error', code: 'not-found' }] }];
  response.writeHead(getStatus(outcome), { 'Content-Type': 'application/fhir+json' });
  response.end(JSON.stringify(resource ?? outcome));
}

index();
const lines = createInterface({ input: process.stdin });
lines.once('line', async (line) => {
  for (const [name, resources] of Object.entries(JSON.parse(line))) {
    const repository = new MemoryRepository();
    repositories.set(name, repository);
    for (const resource of resources) {
      await repository.createResource(resource);
    }
  }
  const server = createServer(answer);
  server.listen(0, '127.0.0.1', () => console.log(server.address().port));
});
lines.once('close', () => process.exit(0));
