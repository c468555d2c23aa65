// Validates resources with base R4: cardinality, types, and the invariants.
//
// stdin holds a list of resources; stdout a list with what is wrong with each, as texts.
import { validateResource } from '@medplum/core';
import { readFileSync } from 'node:fs';
import { index } from './definitions.mjs';

function faults(resource) {
  try {
    validateResource(resource);
    return [];
  } catch (fault) {
    return fault.outcome.issue.map((issue) => `${issue.expression}: ${issue.details.text}`);
  }
}

index();
console.log(JSON.stringify(JSON.parse(readFileSync(0, 'utf-8')).map(faults)));
