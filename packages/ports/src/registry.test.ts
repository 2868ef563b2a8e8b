import { describeRegistryContract } from './testing/registry.ts'
import { PortRegistry } from './registry.ts'

describeRegistryContract(() => new PortRegistry('greeter'))
