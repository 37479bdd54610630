// SPDX-License-Identifier: Apache-2.0
// Run by ./build.sh order:
//   Order EXECUTABLE SYMBOLS < COMMANDS
// EXECUTABLE is stripped, SYMBOLS the file with its symbol table. Each line of COMMANDS has the arguments of one command. Prints the
// names of the functions that were called, in the order of their first call.
using Runcs.Order;

string executable = Path.GetFullPath(args[0]);
SymbolTable symbols = new(args[1]);
FirstCalls calls = new(executable, symbols);
for (string? line = Console.ReadLine(); line != null; line = Console.ReadLine())
{
    int exitCode = calls.Trace(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
    if (exitCode != 0)
    {
        Console.Error.WriteLine($"exit code {exitCode}: {executable} {line}");
        return 1;
    }
}
foreach (string name in calls.Names)
    Console.WriteLine(name);
return 0;
