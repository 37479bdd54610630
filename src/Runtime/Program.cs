// SPDX-License-Identifier: Apache-2.0
Runcs.Terminal.StandardStreams.EnsureOpen();
return Runcs.Cli.CommandLine.Run(args);
