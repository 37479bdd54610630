// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Keeper.Control;

/// <summary>The messages on a keeper's socket: a type, the length of what follows as four bytes (little-endian), and that.</summary>
internal enum MessageType : byte
{
    /// <summary>To the keeper: the sender wants the container's output from now on.</summary>
    Attach = (byte)'A',

    /// <summary>To the keeper: bytes for the program's input.</summary>
    Input = (byte)'I',

    /// <summary>To the keeper: the program's input ends.</summary>
    EndOfInput = (byte)'E',

    /// <summary>To the keeper: the terminal's rows and columns, two bytes each.</summary>
    Resize = (byte)'R',

    /// <summary>To the keeper: the sender wants the exit code.</summary>
    Wait = (byte)'W',

    /// <summary>To the keeper: it does not start the container again (<see cref="Containers.KeeperCall"/>).</summary>
    EndRestarts = (byte)'S',

    /// <summary>The answer to Attach: one byte, <see cref="AttachFlags"/>.</summary>
    Attached = (byte)'T',

    /// <summary>The answer to EndRestarts: one byte, 1 if the container had ended already.</summary>
    RestartsEnded = (byte)'K',

    /// <summary>Bytes that the program has written.</summary>
    Output = (byte)'O',

    /// <summary>Bytes that the program has written to its standard error.</summary>
    Error = (byte)'X',

    /// <summary>The last: the container has ended, and four bytes are its exit code.</summary>
    Ended = (byte)'C',
}
