// SPDX-License-Identifier: Apache-2.0
using Runcs.Native;

namespace Runcs.Containers.Commands;

/// <summary>Whether a console socket is required or refused: runc's rule and messages.</summary>
internal static class Consoles
{
    /// <param name="terminal">The program gets a terminal.</param>
    /// <param name="detached">The command returns while the program runs.</param>
    /// <param name="hasSocket">The caller gives a socket for its master.</param>
    /// <exception cref="RuncsException"/>
    internal static void Check(bool terminal, bool detached, bool hasSocket)
    {
        if (detached && terminal && !hasSocket)
            throw new RuncsException("cannot allocate tty if runc will detach without setting console socket: "
                + "name the socket that receives the terminal with --console-socket, run without --detach, or set process.terminal to false (exec: leave out --tty)");
        if (hasSocket && !(detached && terminal))
            throw new RuncsException("cannot use console socket if runc will not detach or allocate tty: "
                + "leave out --console-socket, or detach and set process.terminal to true (exec: --tty)");
    }
}
