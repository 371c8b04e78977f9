/** A server for all test files that serves TLS, with a certificate that nobody knows beforehand. */

import { type EchoStsGlobalSetup, echoStsSetup } from '../../../src/runners/vitest/global-setup.js';
import { makeCertificate } from '../../support/certificate.js';

const setup: EchoStsGlobalSetup = async (project) => await echoStsSetup({ tls: await makeCertificate() })(project);
export default setup;
