// SPDX-License-Identifier: Apache-2.0
using Runcs.Shim;

Runcs.Terminal.StandardStreams.EnsureOpen();
return ShimProgram.IsCalled()
    ? ShimProgram.Run(args, new(Runcs.Cli.Version.Number, Runcs.Cli.Version.Commit, Runcs.Cli.Version.Specification))
    : Runcs.Cli.CommandLine.Run(args);
