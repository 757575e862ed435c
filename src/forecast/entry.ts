/** The forecast as the program loads it: at its first use. */
export { answerOf } from './answers/answer';
export { ForecastRun } from './answers/forecast-run';
export { forecastText } from './answers/text';
export { readScenario } from './scenario/read-scenario';
