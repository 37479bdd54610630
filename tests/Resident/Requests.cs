// SPDX-License-Identifier: Apache-2.0
using System;
using System.Text;
using Runcs.Diagnostics;
using Runcs.Native;

namespace Runcs.Resident;

/// <summary>
/// One request per line on standard input, with words separated by tabs; the answer on standard output is one line or one
/// paragraph.
/// </summary>
internal static class Requests
{
    private const int BufferSize = 65536;

    public static int Serve(Containers containers)
    {
        byte[] buffer = new byte[BufferSize];
        int length = 0;
        while (true)
        {
            if (Files.TryRead(0, buffer.AsSpan(length), out int count).IsError || count == 0) return 0;
            length += count;
            for (int end; (end = buffer.AsSpan(0, length).IndexOf((byte)'\n')) >= 0;)
            {
                string[] words = Encoding.UTF8.GetString(buffer, 0, end).Split('\t');
                buffer.AsSpan(end + 1, length - end - 1).CopyTo(buffer);
                length -= end + 1;
                Files.WriteAll(1, Encoding.UTF8.GetBytes(Answer(containers, words) + "\n"), "standard output");
            }
        }
    }

    private static string Answer(Containers containers, string[] words)
    {
        using Log log = Log.Begin();
        try
        {
            switch (words)
            {
                case ["create", string id, string bundle]: containers.Create(id, bundle, consoleSocket: null); break;
                case ["create", string id, string bundle, string consoleSocket]: containers.Create(id, bundle, consoleSocket); break;
                case ["run-notifying", string id, string bundle, string socket]: containers.RunNotifying(id, bundle, socket); break;
                case ["start", string id]: containers.Start(id); break;
                case ["exec", string id, .. string[] args]: return $"exit {containers.Exec(id, args, null)}";
                case ["exec-file", string id, string file]: return $"exit {containers.Exec(id, [], file)}";
                case ["delete", string id]: containers.Delete(id); break;
                case ["census"]: return Census.Take();
                case ["memory"]: return Census.Memory(collects: false);
                case ["collect"]: return Census.Memory(collects: true);
                case ["fault", string name]: Faults.Make(name); break;
                default: return "error unknown request";
            }
            return "ok";
        }
        catch (RuncsException e)
        {
            return $"error {e.Errno.Value} {(e.IsOfHook ? "hook" : "other")} {e.Message.Replace('\n', ' ')}";
        }
    }
}
