// Compiles CQL libraries and asks them questions: JSON in on stdin, JSON out on stdout.
//
//   in:  {libraries: {file name: CQL}, valueSets: [FHIR ValueSet], shown: pattern of the names of definitions,
//         runs: [{library, questions: [{bundle, parameters}]}]}
//   out: {problems: [{library, line, severity, message}], answers: [[{definition: value}]], seconds: [CPU seconds]}
//
// One process for all: the translator takes seconds to start.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import {
  CqlTranslator, LibraryManager, ModelManager, createLibrarySourceProvider, createModelInfoProvider, stringAsSource,
} from '@cqframework/cql/cql-to-elm';

const require = createRequire(import.meta.url);
const cql = require('cql-execution');
const fhir = require('cql-exec-fhir');

// The translator has no models of its own.
const MODELS = {
  System: readFileSync(new URL('system-modelinfo.xml', import.meta.url), 'utf8'),
  FHIR: require('cql-exec-fhir/lib/modelInfos/fhir-modelinfo-4.0.1.xml.js'),
};

function translated(libraries) {
  const models = new ModelManager();
  models.modelInfoLoader.registerModelInfoProvider(
    createModelInfoProvider((name) => (MODELS[name] ? stringAsSource(MODELS[name]) : null)), true);
  const manager = new LibraryManager(models);
  const source = (name, _, version) => libraries[`${name}-${version}.cql`];
  manager.librarySourceLoader.registerProvider(createLibrarySourceProvider((name, system, version) => {
    const text = source(name, system, version);
    return text === undefined ? null : stringAsSource(text);
  }));
  const elm = {};
  const problems = [];
  for (const [file, text] of Object.entries(libraries)) {
    elm[file] = JSON.parse(CqlTranslator.fromText(text, manager).toJson());
    for (const each of elm[file].library.annotation ?? []) {
      if (each.errorSeverity) {
        problems.push({
          library: file, line: each.startLine ?? null, severity: each.errorSeverity, message: each.message,
        });
      }
    }
  }
  return { elm, problems };
}

function codeService(valueSets) {
  const known = {};
  for (const each of valueSets) {
    known[each.url] = { ...known[each.url], [each.version]: each.expansion.contains };
  }
  return new cql.CodeService(known);
}

// Parameters as the engine takes them: a text that is a day becomes a Date, an object with a code and its system a Code.
function read(value) {
  if (typeof value === 'string') {
    return /^\d{4}-\d\d-\d\d$/.test(value) ? cql.Date.parse(value) : value;
  }
  if (Array.isArray(value)) {
    return value.map(read);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  if ('code' in value && 'system' in value) {
    return new cql.Code(value.code, value.system);
  }
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, read(inner)]));
}

const source = fhir.PatientSource.FHIRv401(); // reads the whole model, so once for all questions

async function answer(library, codes, shown, question) {
  source.reset();
  source.loadBundles([question.bundle]);
  const executor = new cql.Executor(library, codes, read(question.parameters));
  const results = await executor.exec(source);
  const [found] = Object.values(results.patientResults);
  return Object.fromEntries(Object.entries(found).filter(([name]) => shown.test(name)));
}

const asked = JSON.parse(readFileSync(0, 'utf8'));
const { elm, problems } = translated(asked.libraries);
const answers = [];
const seconds = [];
if (!problems.some((each) => each.severity === 'error')) {
  const repository = new cql.Repository(elm);
  const codes = codeService(asked.valueSets);
  const shown = new RegExp(asked.shown);
  for (const run of asked.runs) {
    const library = new cql.Library(elm[run.library], repository);
    const before = process.cpuUsage();
    const told = [];
    for (const question of run.questions) {
      told.push(await answer(library, codes, shown, question));
    }
    const { user, system } = process.cpuUsage(before);
    answers.push(told);
    seconds.push((user + system) / 1e6);
  }
}
process.stdout.write(JSON.stringify({ problems, answers, seconds }));
