@echo off
rem The berth command of the packaged app: starts the app with the word that makes it a command.
"%~dp0..\..\Berth.exe" --berth-command %*
