// SPDX-License-Identifier: Apache-2.0
using System;
using System.Globalization;
using Runcs.Native;

namespace Runcs.Containers.Commands;

/// <summary>Signal names and their numbers on x86-64 (signal(7)), spelled as callers of runc spell them.</summary>
public static class SignalNames
{
    private const string Names =
        " HUP=1 INT=2 QUIT=3 ILL=4 TRAP=5 ABRT=6 IOT=6 BUS=7 FPE=8 KILL=9 USR1=10 SEGV=11 USR2=12 PIPE=13 ALRM=14 TERM=15"
        + " STKFLT=16 CHLD=17 CLD=17 CONT=18 STOP=19 TSTP=20 TTIN=21 TTOU=22 URG=23 XCPU=24 XFSZ=25 VTALRM=26 PROF=27"
        + " WINCH=28 IO=29 POLL=29 PWR=30 SYS=31 UNUSED=31 ";
    private const int LeastRealtime = 34, MostRealtime = 64;

    /// <summary>A number, which the kernel checks, or a name in any case, with or without SIG; RTMIN+n and RTMAX-n too.</summary>
    /// <exception cref="RuncsException"/>
    public static int Parse(string signal)
    {
        if (TryNumber(signal, out int number)) return number;
        string name = signal.ToUpperInvariant();
        if (name.StartsWith("SIG", StringComparison.Ordinal)) name = name[3..];
        int at = name.Length == 0 || name.Contains(' ') || name.Contains('=') ? -1 : Names.IndexOf($" {name}=", StringComparison.Ordinal);
        if (at >= 0)
        {
            int value = at + name.Length + 2;
            return int.Parse(Names.AsSpan(value, Names.IndexOf(' ', value) - value), CultureInfo.InvariantCulture);
        }
        return TryRealtime(name, out number) ? number : throw new RuncsException($"unknown signal \"{signal}\": must be a name such as TERM, or a number from 0 to {MostRealtime}");
    }

    private static bool TryRealtime(string name, out int number)
    {
        number = name switch { "RTMIN" => LeastRealtime, "RTMAX" => MostRealtime, _ => 0 };
        if (number != 0) return true;
        bool fromLeast = name.StartsWith("RTMIN+", StringComparison.Ordinal);
        if (!fromLeast && !name.StartsWith("RTMAX-", StringComparison.Ordinal) || !TryNumber(name[6..], out int distance)) return false;
        number = fromLeast ? LeastRealtime + distance : MostRealtime - distance;
        return number is >= LeastRealtime and <= MostRealtime;
    }

    private static bool TryNumber(string text, out int number) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);
}
