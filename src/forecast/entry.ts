/** The forecast as the program loads it: at its first use. */
export { answerOf } from './answers/answer';
export { forecastCsv } from './answers/csv';
export { ForecastRun } from './answers/forecast-run';
export { forecastHtml } from './answers/html';
export { smallestChanges } from './answers/search';
export { comparisonText, forecastText, runsText } from './answers/text';
export { isKept } from './answers/verdicts';
export { askedScenario, questions } from './make/asked-scenario';
export { examples } from './make/examples';
export { inventoryScenario } from './make/inventory-scenario';
export { labScenario } from './make/lab-scenario';
export { runMany } from './many/run-many';
export { readScenario } from './scenario/read-scenario';
