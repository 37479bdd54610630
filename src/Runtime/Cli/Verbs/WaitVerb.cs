// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using Runcs.Keeper.Control;
using Runcs.Native;

namespace Runcs.Cli.Verbs;

internal static class WaitVerb
{
    public static Verb Define() => new("wait", "wait until a supervised container ends", Run)
    {
        Description = "Needs a container of \"runcs run --supervise\". Prints its exit code, and exits with it.",
        FailureCode = 255,
    };

    private static int Run(Invocation call)
    {
        int code = WaitCommand.Run(call.Root, call.Id);
        Files.WriteAll(1, Encoding.ASCII.GetBytes(code.ToString(CultureInfo.InvariantCulture) + "\n"), "standard output");
        return code;
    }
}
