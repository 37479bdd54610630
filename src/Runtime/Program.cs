// SPDX-License-Identifier: Apache-2.0
return Runcs.Cli.CommandLine.Run(args);
